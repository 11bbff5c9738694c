/*
 * The room as this page knows it, and how each event changes it: state + event → state. Pure, so that every odd order of
 * events can be tested without a browser. Events of the stream have the stream's names; the others are the page's own.
 */
import { chainAfterPage, followChain } from './lib/chain.js';

/** What stays of a long conversation when nobody looks at its beginning; the rest is a scroll away. */
const KEPT_MESSAGES = 300;

export function newRoomState({ room, user = '', pending = [] }) {
  return {
    room,
    user, // the name the person gave, '' until then
    messages: [], // by id
    pending, // what this page posts and has not seen in the room yet, oldest first
    gaps: [], // { after: id, reason }: where something is missing for good
    missed: null, // { after: id } while the chain is broken and not mended yet
    chain: null,
    cursor: null, // where the stream resumes; null before the first page of history
    hasMoreBefore: false,
    history: 'idle', // of earlier messages: idle, loading, failed
    connection: { phase: 'connecting' },
    wasLive: false,
  };
}

export function reduce(state, event) {
  return reducers[event.type]?.(state, event) ?? state;
}

const reducers = {
  // History

  loaded: (state, { page }) => ({
    ...state,
    messages: page.messages,
    pending: withoutEchoed(state.pending, page.messages),
    hasMoreBefore: page.has_more_before,
    history: 'idle',
    chain: chainAfterPage(page),
    cursor: page.cursor,
    missed: null,
    gaps: state.gaps.map((gap) => ({ ...gap, after: page.messages.at(-1)?.id ?? 0 })),
  }),

  'older-asked': (state) => ({ ...state, history: 'loading' }),

  'older-failed': (state) => ({ ...state, history: 'failed' }),

  'older-loaded': (state, { page }) => ({
    ...state,
    messages: merge(page.messages, state.messages),
    hasMoreBefore: page.has_more_before,
    history: 'idle',
  }),

  // `missed` is what was asked for: had the chain broken again meanwhile, the state would hold another.
  mended: (state, { page, missed }) => ({
    ...state,
    messages: merge(state.messages, page.messages),
    missed: state.missed === missed ? restOf(page) : state.missed,
  }),

  'reading-along': (state) =>
    state.history === 'loading' || state.messages.length <= KEPT_MESSAGES
      ? state
      : { ...state, messages: state.messages.slice(-KEPT_MESSAGES), hasMoreBefore: true },

  // The stream

  connection: (state, { phase, retryAt, detail, code }) => ({ ...state, connection: { phase, retryAt, detail, code } }),

  welcome: (state, { cursor }) => ({ ...state, cursor: cursor || state.cursor }),

  'caught-up': (state) => ({ ...state, connection: { phase: 'live' }, wasLive: true }),

  gap: (state, { data, cursor }) => {
    const gap = { after: state.messages.at(-1)?.id ?? 0, reason: data.reason };
    // Another log: nothing shown is in it, so the page begins anew, without a cursor.
    if (data.reason === 'unknown') return { ...state, messages: [], gaps: [gap], chain: null, cursor: null };
    return { ...state, gaps: [...state.gaps, gap], chain: null, cursor: cursor || state.cursor };
  },

  message: (state, event) =>
    follow(event, {
      ...state,
      messages: merge(state.messages, [event.data]),
      pending: withoutEchoed(state.pending, [event.data]),
    }),

  edit: (state, event) =>
    follow(event, changed(state, event.data.message_id, ({ text, edited_at, sent_at }) => ({
      text: event.data.text ?? text,
      edited_at: event.data.edited_at ?? edited_at ?? sent_at,
    }))),

  delete: (state, event) =>
    follow(event, changed(state, event.data.message_id, ({ sent_at }) => ({
      text: '',
      deleted_at: event.data.deleted_at ?? sent_at,
    }))),

  reaction: (state, event) => follow(event, state),

  pin: (state, event) => follow(event, state),

  room: (state, event) =>
    event.data.deleted
      ? { ...state, messages: [], gaps: [], hasMoreBefore: false, missed: null, cursor: event.cursor || state.cursor,
          chain: { low: 0, high: event.data.id } }
      : follow(event, state),

  // Sending

  named: (state, { user }) => ({ ...state, user }),

  queued: (state, { entry }) => ({ ...state, pending: [...state.pending, { ...entry, state: 'sending' }] }),

  sending: (state, { client_id }) => withPending(state, client_id, { state: 'sending', reason: undefined }),

  waiting: (state, { client_id }) => withPending(state, client_id, { state: 'waiting' }),

  failed: (state, { client_id, reason }) => withPending(state, client_id, { state: 'failed', reason }),

  retried: (state, { client_id, user }) => withPending(state, client_id, { state: 'sending', reason: undefined, user }),

  removed: (state, { client_id }) => ({
    ...state,
    pending: state.pending.filter((entry) => entry.client_id !== client_id),
  }),

  // The answer to a post may come before its event or after; the chain is the stream's business alone.
  posted: (state, { message, client_id }) => ({
    ...state,
    messages: merge([message], state.messages),
    pending: state.pending.filter((entry) => entry.client_id !== client_id),
  }),
};

/** Where both know a message, `later` is right. */
function merge(earlier, later) {
  // Nearly always one new message at the end.
  if (later.length === 1 && (earlier.length === 0 || later[0].id > earlier.at(-1).id)) return [...earlier, later[0]];
  const byId = new Map([...earlier, ...later].map((message) => [message.id, message]));
  return [...byId.values()].sort((one, other) => one.id - other.id);
}

function follow({ data, cursor }, state) {
  const { chain, broken } = followChain(state.chain, data);
  const missed = broken ? { after: state.missed?.after ?? state.chain.low } : state.missed;
  return { ...state, chain, missed, cursor: cursor || state.cursor };
}

function restOf(page) {
  return page.has_more_after && page.messages.length > 0 ? { after: page.messages.at(-1).id } : null;
}

function changed(state, id, change) {
  return {
    ...state,
    messages: state.messages.map((message) => (message.id === id ? { ...message, ...change(message) } : message)),
  };
}

function withPending(state, clientId, change) {
  return {
    ...state,
    pending: state.pending.map((entry) => (entry.client_id === clientId ? { ...entry, ...change } : entry)),
  };
}

function withoutEchoed(pending, messages) {
  if (pending.length === 0) return pending;
  const echoed = new Set(messages.map((message) => message.client_id));
  return pending.filter((entry) => !echoed.has(entry.client_id));
}
