/**
 * What stands under a name that somebody chose, for a room or for themselves. Every object has a `constructor` besides, and the
 * like: nobody has entered those.
 */
export function own(entries, name) {
  return Object.hasOwn(entries, name) ? entries[name] : undefined;
}
