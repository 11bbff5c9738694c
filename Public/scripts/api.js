/*
 * The few requests the page makes. A refusal is thrown as a `Problem`; when no answer came, what `fetch` throws goes
 * through (a TypeError, or a TimeoutError), and nobody knows whether the request arrived.
 */
const ANSWER_TIMEOUT_MS = 15_000;
/** Of rooms: the server gives no more at a time. */
const LONGEST_PAGE = 500;

/** An answer of the server that is not the wished one (RFC 9457). */
export class Problem extends Error {
  constructor({ status, code, detail, title, limit, retryAfterMs }) {
    super(detail ?? title ?? `HTTP ${status}`);
    this.status = status;
    this.code = code;
    this.limit = limit;
    this.retryAfterMs = retryAfterMs;
  }

  /** Trouble that passes, as opposed to a refusal that will be the same next time. */
  get passes() {
    return this.status >= 500 || this.status === 408 || this.status === 425 || this.status === 429;
  }
}

export function fetchMessages(room, query) {
  return request(`${roomPath(room)}/messages?${parameters(query)}`);
}

export function fetchMessage(room, id, query) {
  return request(`${roomPath(room)}/messages/${id}?${parameters(query)}`);
}

/** Posts once. Repeated with the same `client_id` it gives the first message again, and stores nothing. */
export function postMessage(room, { user, text, client_id, reply_to }) {
  return request(`${roomPath(room)}/messages`, { method: 'POST', body: { user: user || undefined, text, client_id, reply_to } });
}

/** One stream of several rooms. */
export function eventsURL(rooms, query) {
  return `/events?${parameters({ rooms: rooms.join(','), ...query })}`;
}

/** The first `count` rooms, those with the newest events. */
export async function fetchRooms(count) {
  const rooms = [];
  for (;;) {
    const limit = Math.min(count - rooms.length, LONGEST_PAGE);
    const page = await request(`/rooms?${parameters({ limit, before: rooms.at(-1)?.last_id })}`);
    rooms.push(...page.rooms);
    if (!page.has_more || page.rooms.length === 0 || rooms.length >= count) return { rooms, has_more: page.has_more };
  }
}

/** Asks for something small as that guest: refused if nobody may have the name without an account. */
export function tryName(user) {
  return request(`/rooms?${parameters({ limit: 1, user })}`);
}

export function fetchMembers(room) {
  return request(`${roomPath(room)}/members`);
}

/** Tells the others in the room. It is no loss if it does not arrive. */
export async function postTyping(room, user) {
  await answerOf(await fetch(`${roomPath(room)}/typing?${parameters({ user })}`, { method: 'POST' }));
}

/** An `EventSource` hides why it was refused. Asked for as a plain request, the stream says so: as a `Problem`. */
export async function askWhyRefused(url) {
  const asking = new AbortController();
  const timeout = setTimeout(() => asking.abort(), ANSWER_TIMEOUT_MS);
  try {
    await answerOf(await fetch(url, { headers: { Accept: 'text/event-stream' }, signal: asking.signal }));
  } finally {
    clearTimeout(timeout);
    asking.abort();
  }
}

/** Of a room, or of one of its messages. The page has the same address as the room. */
export function roomPath(room, messageId) {
  return `/rooms/${encodeURIComponent(room)}${messageId ? `#${messageId}` : ''}`;
}

/** Asks for JSON, with a body in JSON if there is one. */
export async function request(path, { method = 'GET', body } = {}) {
  const headers = { Accept: 'application/json', ...(body && { 'Content-Type': 'application/json' }) };
  const options = { method, headers, body: body && JSON.stringify(body), signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS) };
  const response = await answerOf(await fetch(path, options));
  return response.status === 204 ? null : response.json();
}

async function answerOf(response) {
  if (response.ok) return response;
  const retryAfter = Number(response.headers.get('Retry-After'));
  // A proxy in between may answer with a page of its own instead of a problem.
  const problem = await response.json().catch(() => ({}));
  throw new Problem({ ...problem, status: response.status, retryAfterMs: retryAfter * 1000 || 0 });
}

export function parameters(query) {
  return new URLSearchParams(Object.entries(query).filter(([, value]) => value !== '' && value != null));
}
