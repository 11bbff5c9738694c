/* What this page posts and has not seen in its room yet: all rooms', oldest first. Pure: state + event → state. */

/** Why a message waits for the person's word. */
const HELD = ['other_identity', 'room_deleted'];

export const outboxReducers = {
  // Behind one that waits for the connection it waits, too.
  queued: (pending, { entry }) => [...pending, { ...entry, state: pending.some(waitsForConnection) ? 'waiting' : 'sending' }],

  // Left by a page that is gone, and written before what is written here. `account` is who this page is.
  'taken-over': (pending, { entries, account }) => {
    const known = new Set(pending.map(({ client_id: id }) => id));
    const taken = entries.filter(({ client_id: id }) => !known.has(id)).map((entry) =>
      ({ ...entry, state: entry.state === 'failed' ? 'failed' : 'waiting', until: undefined, isTaken: true }));
    return [...heldFor(account, taken), ...pending];
  },

  // While this page was kept for the Back button, others may have taken what was its own.
  'come-back': (pending, { entries }) => {
    const ours = new Set(entries.map(({ client_id: id }) => id));
    return pending.filter(({ client_id: id }) => ours.has(id));
  },

  'signed-out': (pending, { account }) => pending.filter((entry) => entry.account !== account),

  // Until when, if the room takes no more from this person before (slow mode); else for the connection, and so do all.
  waiting: (pending, { client_id, until }) => {
    const changed = changedUnlessHeld(pending, client_id, { state: 'waiting', until });
    return until ? changed : changed.map((entry) => (entry.state === 'sending' ? { ...entry, state: 'waiting', until } : entry));
  },

  failed: (pending, { client_id, reason, code }) => changedUnlessHeld(pending, client_id, { state: 'failed', reason, code }),

  // What it replied to may be gone: it goes out all the same.
  retried: (pending, { client_id, user, account = null }) => {
    const again = { state: 'sending', reason: undefined, code: undefined, isTaken: undefined, user, account };
    const lost = pending.some((entry) => entry.client_id === client_id && entry.code === 'reply_target_not_found');
    return changed(pending, client_id, lost ? { ...again, reply_to: undefined } : again);
  },

  removed: (pending, { client_id }) => pending.filter((entry) => entry.client_id !== client_id),

  // What was written for a room that is no more does not begin another, which would be everybody's: the person is asked.
  room: (pending, { data }) => (data.deleted ? heldIf(({ room }) => room === data.room, 'room_deleted', pending) : pending),

  // In another log the number is another message's, or nobody's.
  gap: (pending, { data }) =>
    data.reason === 'unknown' && pending.some(({ reply_to: id }) => id) ? pending.map((entry) => ({ ...entry, reply_to: undefined })) : pending,

  posted: (pending, { client_id }) => pending.filter((entry) => entry.client_id !== client_id),
};

function waitsForConnection({ state, until }) {
  return state === 'waiting' && !until;
}

/** Without those that are among `messages`: an echo carries the id that the page gave it. */
export function withoutEchoed(pending, messages) {
  if (pending.length === 0) return pending;
  const echoed = new Set(messages.map((message) => message.client_id));
  return pending.some(({ client_id }) => echoed.has(client_id)) ? pending.filter(({ client_id }) => !echoed.has(client_id)) : pending;
}

/** What was written as somebody else does not go out by itself: the person is asked. */
export function heldFor(account, pending) {
  return heldIf((entry) => (entry.account ?? null) !== account, 'other_identity', pending);
}

function heldIf(mustBe, code, pending) {
  const isNew = (entry) => mustBe(entry) && entry.code !== code;
  if (!pending.some(isNew)) return pending;
  return pending.map((entry) => (isNew(entry) ? { ...entry, state: 'failed', code, reason: undefined } : entry));
}

/** What became of a post that was on its way when it was held does not release it. */
function changedUnlessHeld(pending, clientId, change) {
  return pending.map((entry) => (entry.client_id === clientId && !HELD.includes(entry.code) ? { ...entry, ...change } : entry));
}

function changed(pending, clientId, change) {
  return pending.map((entry) => (entry.client_id === clientId ? { ...entry, ...change } : entry));
}
