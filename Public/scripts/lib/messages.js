/* Lists of messages, by id. */

/** Where both know a message, `later` is right. */
export function merge(earlier, later) {
  // Nearly always one new message at the end.
  if (later.length === 1 && (earlier.length === 0 || later[0].id > earlier.at(-1).id)) return [...earlier, later[0]];
  const byId = new Map([...earlier, ...later].map((message) => [message.id, message]));
  return [...byId.values()].sort((one, other) => one.id - other.id);
}

/** With one message changed; the same list if it is not among them. */
export function changed(messages, id, change) {
  if (!messages.some((message) => message.id === id)) return messages;
  return messages.map((message) => (message.id === id ? { ...message, ...change(message) } : message));
}
