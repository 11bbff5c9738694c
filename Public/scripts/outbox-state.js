/* What this page posts and has not seen in its room yet: all rooms', oldest first. Pure: state + event → state. */

export const outboxReducers = {
  queued: (pending, { entry }) => [...pending, { ...entry, state: 'sending' }],

  waiting: (pending, { client_id }) => changed(pending, client_id, { state: 'waiting' }),

  failed: (pending, { client_id, reason }) => changed(pending, client_id, { state: 'failed', reason }),

  retried: (pending, { client_id, user }) => changed(pending, client_id, { state: 'sending', reason: undefined, user }),

  removed: (pending, { client_id }) => pending.filter((entry) => entry.client_id !== client_id),

  posted: (pending, { client_id }) => pending.filter((entry) => entry.client_id !== client_id),
};

/** Without those that are among `messages`: an echo carries the id that the page gave it. */
export function withoutEchoed(pending, messages) {
  if (pending.length === 0) return pending;
  const echoed = new Set(messages.map((message) => message.client_id));
  return pending.some(({ client_id }) => echoed.has(client_id)) ? pending.filter(({ client_id }) => !echoed.has(client_id)) : pending;
}

function changed(pending, clientId, change) {
  return pending.map((entry) => (entry.client_id === clientId ? { ...entry, ...change } : entry));
}
