/*
 * One room's conversation as this page knows it, and how each event changes it: state + event → state. Pure, so that every
 * odd order of events can be tested without a browser. Events of the stream have the stream's names; the others are the page's own.
 *
 * `messages` is one unbroken piece of the room's history, the one the reader looks at. While it reaches to the present, what
 * the stream brings is added to it. While it does not (`hasMoreAfter`), the stream's events are only remembered (`recent`),
 * and the piece grows by pages until it reaches them.
 */
import { chainAfterPage, cursorId, followChain } from './lib/chain.js';
import { changed, merge } from './lib/messages.js';

/** What stays of a long piece at the end that is far from the reader; the rest is a scroll away. */
export const KEPT_MESSAGES = 300;
/** Messages that came while the reader was not at the end. With more than these, the piece stops growing by itself. */
const MOST_MESSAGES = 600;
/** Events remembered: for pages that were asked for before they came. */
const KEPT_EVENTS = 300;

/** `position` is where the stream is: of this room's events after it none will be missing. */
export function newConversation({ room, position = 0, gaps = [] }) {
  return {
    room,
    loaded: false,
    messages: [], // by id, without a hole
    hasMoreBefore: false,
    hasMoreAfter: false,
    whole: 'idle', // the asking for a piece, and for more at either end: idle, loading, failed
    older: 'idle',
    newer: 'idle',
    recent: [], // the stream's newest durable events: all after `recentAfter`
    recentAfter: position,
    begunAt: 0, // the deletion of the room that had the name before; pages from before it are of that one
    gaps, // { after: id, reason }: where something is missing for good
    missed: null, // { after: id } while the chain is broken and not mended yet
    chain: null,
    newAfter: null, // the last message seen before this visit, null when there is nothing to point out
    focus: null, // { id }: a message to go to
    replyTo: null, // the message that is being replied to
    quotes: {}, // messages that others reply to, by id, of those that are not in the piece; null for one that is not to be had
  };
}

export function reduceConversation(conversation, event) {
  return reducers[event.type]?.(conversation, event) ?? conversation;
}

/** The newest message known of, shown or not. */
export function newestKnown({ messages, recent }) {
  const heard = recent.findLast(({ type }) => type === 'message');
  return Math.max(messages.at(-1)?.id ?? 0, heard?.data.id ?? 0);
}

/** Replied to in this piece, and not known yet. */
export function unknownQuotes(state) {
  const targets = new Set(state.messages.map(({ reply_to: id }) => id).filter((id) => id !== undefined && !(id in state.quotes)));
  if (targets.size > 0) for (const { id } of state.messages) targets.delete(id);
  return [...targets];
}

const reducers = {
  // History. `part` is what was asked for: whole, older, newer. `edge` is the message from which on.

  'history-asked': (state, { part }) => ({ ...state, [part]: 'loading' }),

  'history-failed': (state, { part }) => ({ ...state, [part]: 'failed' }),

  'history-loaded': (state, { part, page, edge, focus }) => {
    if (cursorId(page.cursor) < state.begunAt) return { ...state, [part]: 'idle' };
    if (part === 'whole') return loadedWhole(state, page, focus);
    const isStale = (part === 'older' ? state.messages[0] : state.messages.at(-1))?.id !== edge;
    if (isStale) return { ...state, [part]: 'idle' };
    return part === 'older' ? loadedOlder(state, page) : loadedNewer(state, page);
  },

  located: (state, { position }) => ({ ...state, recentAfter: Math.max(state.recentAfter, position) }),

  focused: (state, { id }) => ({ ...state, focus: { id } }),

  // `missed` is what was asked for: had the chain broken again meanwhile, the state would hold another.
  mended: (state, { page, missed }) => {
    if (state.hasMoreAfter) return { ...state, missed: null };
    if (cursorId(page.cursor) < state.begunAt) return state;
    const mended = withChanges({ ...state, messages: merge(state.messages, page.messages) }, page);
    return { ...mended, missed: state.missed === missed ? restOf(page) : state.missed };
  },

  'reading-along': (state) => (state.older === 'loading' ? state : withoutBeginning(state)),

  // Where new messages begin, if the reader was away when the first of them came.
  unattended: (state, { after }) => ({ ...state, newAfter: after }),

  queued: (state) => (state.newAfter === null && state.replyTo === null ? state : { ...state, newAfter: null, replyTo: null }),

  // Null for none.
  'reply-chosen': (state, { message }) => ({ ...state, replyTo: message }),

  'quote-loaded': (state, { id, message }) => ({ ...state, quotes: { ...state.quotes, [id]: message } }),

  // The answer to a post may come before its event or after; the chain is the stream's business alone.
  posted: (state, { message }) => (follows(state) ? { ...state, messages: merge([message], state.messages) } : state),

  // The stream

  gap: (state, { data, cursor }) => ({
    ...state,
    gaps: state.loaded ? [...state.gaps, { after: newestKnown(state), reason: data.reason }] : state.gaps,
    chain: null,
    missed: null,
    recent: [],
    // Of gaps that come together only the last is a place; the others leave it where it was.
    recentAfter: cursor ? cursorId(cursor) : state.recentAfter,
  }),

  message: heard,
  edit: heard,
  delete: heard,
  reaction: heard,
  pin: heard,

  room: (state, event) =>
    event.data.deleted
      ? { ...newConversation(state), gaps: [], loaded: true,
          recentAfter: event.data.id, begunAt: event.data.id, chain: { low: 0, high: event.data.id } }
      : heard(state, event),
};

function follows(state) {
  return state.loaded && !state.hasMoreAfter;
}

function heard(state, event) {
  const { chain, broken } = followChain(state.chain, event.data);
  const missed = broken && follows(state) ? { after: state.missed?.after ?? state.chain.low } : state.missed;
  return remembering(withEvent({ ...state, chain, missed }, event), event);
}

/** What an event does to the messages that are shown. Doing it twice changes nothing. */
function withEvent(state, { type, data }) {
  if (type === 'message' && follows(state)) {
    // What was posted from here may stand behind it, and what is between the two has not come yet.
    if (state.messages.length >= MOST_MESSAGES) {
      return { ...state, messages: state.messages.filter(({ id }) => id < data.id), hasMoreAfter: true, missed: null };
    }
    return { ...state, messages: merge(state.messages, [data]) };
  }
  if (type === 'edit') {
    const edit = ({ text, edited_at, sent_at }) => ({
      text: data.text ?? text,
      edited_at: data.edited_at ?? edited_at ?? sent_at,
    });
    return { ...state, messages: changed(state.messages, data.message_id, edit) };
  }
  if (type === 'delete') {
    const deletion = ({ sent_at }) => ({ text: '', deleted_at: data.deleted_at ?? sent_at });
    return withoutQuoted({ ...state, messages: changed(state.messages, data.message_id, deletion) }, data.message_id, deletion);
  }
  return state;
}

/** Its text is shown nowhere any more. */
function withoutQuoted(state, id, deletion) {
  const replyTo = state.replyTo?.id === id ? null : state.replyTo;
  const quoted = state.quotes[id];
  return quoted ? { ...state, replyTo, quotes: { ...state.quotes, [id]: { ...quoted, ...deletion(quoted) } } } : { ...state, replyTo };
}

function remembering(state, event) {
  if (state.recent.at(-1)?.data.id >= event.data.id) return state;
  const recent = [...state.recent, event];
  if (recent.length <= KEPT_EVENTS) return { ...state, recent };
  return { ...state, recent: recent.slice(1), recentAfter: recent[0].data.id };
}

function loadedWhole(state, page, focus) {
  const piece = {
    ...state, loaded: true, whole: 'idle', older: 'idle', newer: 'idle', missed: null,
    newAfter: newAfterIn(page, state.newAfter),
    messages: page.messages, hasMoreBefore: page.has_more_before, hasMoreAfter: true,
    focus: focus ? { id: focus } : null,
    gaps: state.gaps.map((gap) => (gap.after === null ? { ...gap, after: page.messages.at(-1)?.id ?? 0 } : gap)),
  };
  return reachesPresent(piece, page) ? joined(piece, page) : withChanges(piece, page);
}

// What comes while the reader is there is not pointed out.
function newAfterIn(page, newAfter) {
  return newAfter !== null && newAfter < (page.messages.at(-1)?.id ?? 0) ? newAfter : null;
}

function loadedOlder(state, page) {
  const longer = withChanges({
    ...state, older: 'idle', messages: merge(page.messages, state.messages), hasMoreBefore: page.has_more_before,
  }, page);
  if (longer.messages.length <= KEPT_MESSAGES) return longer;
  return { ...longer, messages: longer.messages.slice(0, KEPT_MESSAGES), hasMoreAfter: true, missed: null };
}

function loadedNewer(state, page) {
  const longer = { ...state, newer: 'idle', messages: merge(state.messages, page.messages) };
  if (reachesPresent(longer, page)) return withoutBeginning(joined(longer, page));
  // A server that is behind what the stream has told: asking on and on would not help.
  const newer = page.messages.length === 0 ? 'failed' : 'idle';
  return withoutBeginning(withChanges({ ...longer, newer }, page));
}

function reachesPresent(state, page) {
  return !page.has_more_after && cursorId(page.cursor) >= state.recentAfter;
}

/** The piece now reaches to the present: what the stream brought since the page was made belongs to it. */
function joined(state, page) {
  const pageChain = chainAfterPage({ messages: state.messages, cursor: page.cursor });
  const chain = state.chain?.high >= pageChain.high ? state.chain : pageChain;
  let next = { ...state, hasMoreAfter: false, missed: null, chain };
  for (const event of eventsAfter(state, page)) {
    next = withEvent({ ...next, chain: followChain(next.chain, event.data).chain }, event);
  }
  return next;
}

/** A page shows its messages as they were when it was made. */
function withChanges(state, page) {
  return eventsAfter(state, page).filter(({ type }) => type !== 'message').reduce(withEvent, state);
}

function eventsAfter({ recent }, page) {
  const position = cursorId(page.cursor);
  return recent.filter(({ data }) => data.id > position);
}

function withoutBeginning(state) {
  if (state.messages.length <= KEPT_MESSAGES) return state;
  return { ...state, messages: state.messages.slice(-KEPT_MESSAGES), hasMoreBefore: true };
}

function restOf(page) {
  return page.has_more_after && page.messages.length > 0 ? { after: page.messages.at(-1).id } : null;
}
