/*
 * All that the page knows, and how each event changes it: state + event → state. Each part has its own file; here is what
 * touches several of them. Events of the stream have the stream's names; the others are the page's own.
 */
import { accessReducers } from './access-state.js';
import { identityIn, stranger } from './identity-state.js';
import { cursorId } from './lib/chain.js';
import { own } from './lib/own.js';
import { newVisits } from './lib/visits.js';
import { heldFor, outboxReducers, withoutEchoed } from './outbox-state.js';
import { nobody, peopleReducers, typingReducers } from './people-state.js';
import { heardMessage, newRoomList, roomListReducers } from './room-list-state.js';
import { newConversation, newestKnown, reduceConversation } from './room-state.js';

/** Refusals of a stream that say: not for this reader. */
const CLOSED = ['room_not_found', 'sign_in_required'];

export function newPageState({ room, user = '', visits = newVisits() }) {
  return {
    room, // the one that is looked at
    user, // the name the person gave, '' until then
    me: user, // the name the server lists them by
    identity: stranger, // the account, if they are signed in
    access: {}, // what has been decided about rooms, and what may be done there
    attentive: true, // whether they look
    conversations: { [room]: newConversation({ room }) }, // of rooms that were opened, and followed ever since
    list: newRoomList(visits),
    people: {},
    typing: [],
    pending: [], // what this page posts and has not seen in its room yet, oldest first
    cursor: null, // where the stream resumes; null before the first page of history
    followed: [], // the rooms of the stream
    connection: { phase: 'connecting' },
    wasLive: false,
    cameBack: null, // { count }: after a break, how many messages of the room it had kept away
  };
}

export function reduce(state, event) {
  // An answer that comes late was for somebody else, who may have been allowed to read more.
  if (event.askedAs !== undefined && event.askedAs !== state.identity.account) return state;
  const reduced = reducers[event.type]?.(state, event) ?? state;
  return withParts(reduced, event);
}

/** The conversation that is looked at. */
export function conversationOf({ conversations, room }) {
  return own(conversations, room);
}

export function peopleOf({ people, room }) {
  return own(people, room) ?? nobody;
}

const partReducers = { list: roomListReducers, access: accessReducers, people: peopleReducers, typing: typingReducers, pending: outboxReducers };

function withParts(state, event) {
  let next = state;
  for (const [part, partReducer] of Object.entries(partReducers)) {
    const changed = partReducer[event.type]?.(next[part], event) ?? next[part];
    if (changed !== next[part]) next = { ...next, [part]: changed };
  }
  const room = event.room ?? event.data?.room;
  const conversation = own(next.conversations, room);
  if (!conversation) return next;
  const changed = reduceConversation(conversation, event);
  return changed === conversation ? next : withConversation(next, changed);
}

function withConversation(state, conversation) {
  return { ...state, conversations: { ...state.conversations, [conversation.room]: conversation } };
}

const reducers = {
  // Rooms

  opened: (state, { room }) => {
    const seen = own(state.list.visits.rooms, room)?.seen ?? null;
    const known = own(state.conversations, room);
    const isNew = seen !== null && !(known?.loaded && newestKnown(known) <= seen);
    const conversation = known ?? newConversation({ room, position: cursorId(state.cursor ?? '0') });
    const newAfter = isNew ? seen : null;
    return withConversation({ ...state, room, cameBack: null }, { ...conversation, newAfter, focus: null });
  },

  // Of a room that is not followed any more, what is shown may miss something.
  followed: (state, { rooms }) => ({
    ...state,
    followed: rooms,
    conversations: Object.fromEntries(Object.entries(state.conversations).filter(([room]) => rooms.includes(room))),
    people: Object.fromEntries(Object.entries(state.people).filter(([room]) => rooms.includes(room))),
  }),

  /** Where the stream begins that resumes nothing. */
  located: (state, { cursor, position, epoch }) => ({
    ...state,
    cursor,
    conversations: Object.fromEntries(Object.entries(state.conversations)
      .map(([room, conversation]) => [room, reduceConversation(conversation, { type: 'located', position, epoch })])),
  }),

  named: (state, { user }) => ({ ...state, user, me: user }),

  // `name` is what they are called without an account. What may be read as another has to be asked for anew.
  identified: (state, { session, name }) => {
    const identity = identityIn(session);
    const user = identity.account ?? name;
    const isAnother = state.identity.known && state.identity.account !== identity.account;
    const next = isAnother ? begunAnew(state) : state;
    const me = !isAnother && identity.account === null ? state.me : user;
    return { ...next, identity, user, me, pending: heldFor(identity.account, state.pending) };
  },

  'room-closed': (state, { room }) => withoutMessages(state, room),

  revoked: (state, { data }) => withoutMessages(state, data.room),

  attention: (state, { attentive }) => (state.attentive === attentive ? state : { ...state, attentive }),

  'history-loaded': (state, { page }) => withPending(state, withoutEchoed(state.pending, page.messages)),

  mended: (state, { page }) => withPending(state, withoutEchoed(state.pending, page.messages)),

  posted: (state, { message }) => ({ ...state, list: heardMessage(state.list, message, { counts: false }) }),

  // The stream

  // What is not to be read needs no trouble told: the page says in its place what it is.
  connection: (state, { phase, retryAt, detail, code }) => ({
    ...state,
    connection: { phase: phase === 'refused' && CLOSED.includes(code) ? 'closed' : phase, retryAt, detail, code },
    cameBack: phase === 'connecting' && state.connection.phase === 'live' ? null : state.cameBack,
  }),

  welcome: (state, { data, cursor }) => ({ ...state, me: data.user ?? state.me, cursor: cursor || state.cursor, cameBack: { count: 0 } }),

  'caught-up': (state) => ({ ...state, connection: { phase: 'live' }, wasLive: true }),

  gap: (state, { data, cursor }) => {
    if (data.reason !== 'unknown') return { ...state, cursor: cursor || state.cursor };
    // Another log: nothing shown is in it, so the page begins anew, without a cursor.
    return begunAnew(state, [{ after: null, reason: 'unknown' }]);
  },

  message: (state, event) => {
    const { room, user } = event.data;
    const isHere = room === state.room;
    const following = atCursor(withUnattended(state, event.data), event);
    const isOwn = state.pending.some(({ client_id: id }) => id === event.data.client_id);
    const counts = isHere && !isOwn && state.connection.phase !== 'live' && state.cameBack;
    return {
      ...following,
      pending: withoutEchoed(state.pending, [event.data]),
      list: heardMessage(state.list, event.data, { counts: !isHere && user !== state.me }),
      cameBack: counts ? { count: state.cameBack.count + 1 } : state.cameBack,
    };
  },

  edit: atCursor,
  delete: atCursor,
  reaction: atCursor,
  pin: atCursor,
  room: atCursor,
};

/** What was shown of a room that is closed now; should it be opened again, it is asked for anew. */
function withoutMessages(state, room) {
  if (!own(state.conversations, room)) return state;
  return withConversation(state, newConversation({ room, position: cursorId(state.cursor ?? '0') }));
}

function begunAnew(state, gaps = []) {
  return {
    ...state,
    conversations: { [state.room]: newConversation({ room: state.room, gaps }) },
    list: newRoomList(state.list.visits),
    access: {},
    people: {},
    typing: [],
    cursor: null,
  };
}

function atCursor(state, { cursor }) {
  return cursor ? { ...state, cursor } : state;
}

/** The first message that comes while nobody looks is where new ones begin, if all before it was seen. */
function withUnattended(state, { room, user, id }) {
  const conversation = conversationOf(state);
  if (room !== state.room || state.attentive || user === state.me || !conversation.loaded) return state;
  const seen = own(state.list.visits.rooms, room)?.seen ?? 0;
  const last = conversation.messages.at(-1)?.id ?? 0;
  if (last === 0 || seen < last || last >= id) return state;
  return withConversation(state, reduceConversation(conversation, { type: 'unattended', after: last }));
}

function withPending(state, pending) {
  return pending === state.pending ? state : { ...state, pending };
}
