/*
 * Every durable event names the one before it in its room (`prev`), so a reader can prove that nothing is missing.
 *
 * A chain is what is known of the room's newest durable event: its id lies between `low` and `high`.
 * After an event both are its id. After a page of history `low` is the newest message, and `high` the page's
 * cursor, because edits and the like count as events but are not in the page. `null` means nothing is known.
 */

export function chainAfterPage({ messages, cursor }) {
  const newest = messages.at(-1)?.id ?? 0;
  return { low: newest, high: Math.max(newest, cursorId(cursor)) };
}

export function followChain(chain, { id, prev }) {
  if (chain && id <= chain.high) return { chain, broken: false };
  const broken = chain !== null && prev !== undefined && (prev < chain.low || prev > chain.high);
  return { chain: { low: id, high: id }, broken };
}

/** The position in a cursor, `<epoch>-<id>`. */
export function cursorId(cursor) {
  return Number(cursor.slice(cursor.lastIndexOf('-') + 1));
}
