/**
 * The list of who is muted says until when; by whom and why, only what was done tells, and that is for owners.
 *
 * @param audit the room's latest, or what is known of it.
 */
export function withReasons(mutes, audit) {
  return mutes.map((mute) => {
    const done = audit.find(({ action, user, until }) => action === 'mute' && user === mute.user && until === mute.until);
    return done ? { by: done.by, why: done.why, ...mute } : mute;
  });
}
