import { dayKey } from './dates.js';

/** Messages of one author closer than this stand under one name. */
export const GROUP_SPAN_MS = 5 * 60 * 1000;

/**
 * The conversation as the list shows it, top to bottom: messages, what is being sent, and what stands between them.
 * Keys are stable, so that a list can keep the elements it has.
 */
export function conversationRows({
  messages, pending = [], gaps = [], quotes = {}, newAfter = null, hasMoreBefore = true, hasMoreAfter = false,
}) {
  const rows = [];
  const used = new Set();
  // Days and gaps may come again: clocks are set back, and what a stream told may be told twice.
  const unique = (key) => {
    let [name, number] = [key, 1];
    while (used.has(name)) name = `${key} ${number += 1}`;
    used.add(name);
    return name;
  };
  let byId;
  const quoted = ({ reply_to: id }) => {
    if (!id) return undefined;
    byId ??= new Map(messages.map((message) => [message.id, message]));
    return byId.get(id) ?? quotes[id];
  };
  if (!hasMoreBefore && messages.length > 0) rows.push({ key: 'beginning', kind: 'beginning' });

  let previous = null;
  const openGaps = [...gaps];
  const add = (message, row) => {
    const day = dayKey(message.sent_at);
    if (previous === null || dayKey(previous.sent_at) !== day) {
      rows.push({ key: unique(`day ${day}`), kind: 'day', day: message.sent_at });
      previous = null;
    }
    rows.push({ ...row, message, quoted: quoted(message), opensGroup: !belongsTogether(previous, message) });
    previous = message;
  };
  const addGapsBefore = (id) => {
    while (openGaps.length > 0 && openGaps[0].after < id) {
      const gap = openGaps.shift();
      rows.push({ key: unique(`gap ${gap.after} ${gap.reason}`), kind: 'gap', reason: gap.reason });
      previous = previous && { ...previous, user: null };
    }
  };

  // Where all that is loaded is new, it says nothing unless it is all there is.
  const firstNew = newAfter === null ? null : messages.find(({ id }) => id > newAfter)?.id ?? null;
  const pointsOutNew = firstNew !== null && (firstNew !== messages[0].id || !hasMoreBefore);

  for (const message of messages) {
    addGapsBefore(message.id);
    if (pointsOutNew && message.id === firstNew) {
      rows.push({ key: 'new', kind: 'new' });
      previous = previous && { ...previous, user: null };
    }
    add(message, { key: `message ${message.id}`, kind: 'message' });
  }
  if (!hasMoreAfter) addGapsBefore(Infinity);
  for (const entry of pending) {
    add(entry, { key: `pending ${entry.client_id}`, kind: 'pending' });
  }
  return rows;
}

function belongsTogether(earlier, later) {
  return (
    earlier !== null &&
    !later.reply_to &&
    earlier.user === later.user &&
    Boolean(earlier.guest) === Boolean(later.guest) &&
    Math.abs(Date.parse(later.sent_at) - Date.parse(earlier.sent_at)) < GROUP_SPAN_MS
  );
}
