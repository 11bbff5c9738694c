import { askWhyRefused, eventsURL, fetchMembers, fetchRooms, postMessage, postTyping, tryName } from './api.js';
import { fetchRoom, fetchSession } from './access-api.js';
import { accessOf, isClosed } from './access-state.js';
import { EventStream } from './event-stream.js';
import { HistoryReader } from './history-reader.js';
import { NAME_PROBLEMS, askedAs, guestName, isAnother, sessionOfNobody } from './identity-state.js';
import { expectStillMeant } from './left-message.js';
import { Outbox } from './outbox.js';
import { conversationOf, peopleOf } from './page-state.js';
import { TYPING_LASTS_MS } from './people-state.js';
import { roomsToFollow } from './room-list-state.js';
import { cursorId } from './lib/chain.js';
import { LastAsked } from './lib/last-asked.js';
import { own } from './lib/own.js';
import { followPageLifecycle } from './lib/page-lifecycle.js';
import { randomId } from './lib/random-id.js';
import { Throttle } from './lib/throttle.js';

/** The server passes on no more. */
const TYPING_INTERVAL_MS = 3_000;
/** The list of rooms is as old as this at most, while somebody looks; and asked for no more often than that. */
const ROOMS_REFRESH_MS = 60_000;
const ROOMS_PAUSE_MS = 5_000;
/** How many more rooms are listed for whoever looks further. */
const MORE_ROOMS = 400;
/** Who has an account is asked for again when somebody unknown comes, and no more often than that. */
const MEMBERS_PAUSE_MS = 5_000;

/** How long somebody waits to hear whether a name is free. */
const NAME_PATIENCE_MS = 3_000;

/** What the page does: read along in its rooms, look back, write. It knows the server and the store, and no element. */
export class ChatSession {
  #store;
  #heartbeat;
  #stream;
  #outbox;
  #kept;
  #typing = new Throttle(TYPING_INTERVAL_MS);
  #asking = new Throttle(ROOMS_PAUSE_MS);
  #askingMembers = new Throttle(MEMBERS_PAUSE_MS);
  #identifying = new LastAsked();
  #nameOfGuest;

  /** Looks back in the room that is open. */
  history;

  /** `nameOfGuest()` gives the name that the person chose for when they are not signed in; `kept` is a `KeptOutbox`. */
  constructor({ store, heartbeat, nameOfGuest, kept }) {
    this.#store = store;
    this.#kept = kept;
    store.keep(({ pending }) => pending, (pending) => kept.keep(pending));
    this.#nameOfGuest = nameOfGuest;
    this.history = new HistoryReader(store);
    this.#heartbeat = heartbeat;
    this.#outbox = new Outbox({ store, post: (entry) => this.#post(entry) });
    this.#stream = new EventStream({
      heartbeat,
      locate: (circumstances) => this.#locateStream(circumstances),
      onEvent: (name, data, cursor) => this.#take(name, data, cursor),
      onPhase: (phase, more) => store.dispatch({ type: 'connection', phase, ...more }),
    });
  }

  /** Begins in the store's room, at that message if one is given. */
  async start(messageId) {
    await this.identify();
    const { room } = this.#state;
    this.#store.dispatch({ type: 'opened', room, now: Date.now() });
    if (messageId) this.#store.dispatch({ type: 'focused', room, id: messageId });
    followPageLifecycle({
      wake: () => {
        this.reconnect();
        this.refreshRooms();
      },
      sleep: () => this.#stream.sleep(),
    });
    this.#lookAt(room);
    setInterval(() => document.visibilityState === 'visible' && this.refreshRooms(), ROOMS_REFRESH_MS);
  }

  /** Goes to a room, and there to a message if one is given. What is known of it is shown at once. */
  open(room, messageId) {
    if (room !== this.#state.room) {
      this.#store.dispatch({ type: 'opened', room, now: Date.now() });
      this.#typing.reset();
      this.#lookAt(room);
    }
    if (!this.#state.followed.includes(room)) this.#stream.restart();
    if (messageId) this.history.goTo(messageId);
    else this.history.ensureLoaded();
  }

  /** Asks who the server takes this page for. As somebody else everything begins anew: other rooms may be read. */
  async identify() {
    const isLast = this.#identifying.begin();
    const session = await askIdentity();
    if (session === null || !isLast()) return;
    const { known, account } = this.#state.identity;
    this.#store.dispatch({ type: 'identified', session, name: this.#nameOfGuest() });
    this.#takeLeft();
    if (!known || this.#state.identity.account === account) return;
    this.#stream.restart();
    this.#outbox.flush();
    this.refresh();
  }

  /** Looks anew at the room that is open, and at the list. */
  refresh() {
    this.#asking.reset();
    this.#lookAt(this.#state.room);
    return this.refreshRooms();
  }

  /** Whether a room that was closed is open by now. */
  retryRoom() {
    this.#stream.restart();
    this.refresh();
  }

  reconnect() {
    this.#stream.wake();
    this.#outbox.flush();
    this.#takeLeft();
  }

  async refreshRooms() {
    if (!this.#asking.pass()) return;
    try {
      const { known, wanted } = this.#state.list;
      const wasClosed = isClosed(this.#state, this.#state.room);
      await this.#loadRooms(wanted);
      // Somebody has let them in.
      if (wasClosed && !isClosed(this.#state, this.#state.room)) this.#stream.restart();
      if (!known && this.#state.list.hasMore) this.#loadRoom(this.#state.room);
    } catch {
      // The list stays as it is; what comes by the stream is entered anyway.
      this.#asking.reset();
    }
  }

  /** Lists also rooms in which nothing has happened for longer. */
  moreRooms() {
    return this.#loadRooms(this.#state.list.wanted + MORE_ROOMS);
  }

  /**
   * The stream carries the name too, so that others see who is there. A name that is refused is thrown as a `Problem`; one that
   * nothing is heard of is taken: the stream will tell, and whoever is offline may write all the same.
   */
  async rename(user) {
    await Promise.race([
      tryName(user).catch((error) => { if (NAME_PROBLEMS.includes(error.code)) throw error; }),
      new Promise((resolve) => { setTimeout(resolve, NAME_PATIENCE_MS); }),
    ]);
    if (this.#state.identity.account !== null) return;
    this.#store.dispatch({ type: 'named', user });
    this.#stream.restart();
  }

  send(text) {
    const { room, user, identity: { account } } = this.#state;
    const { replyTo, loaded, messages } = conversationOf(this.#state);
    const { visibility } = accessOf(this.#state);
    const entry = {
      client_id: randomId(), room, user, account, guest: account === null, text, sent_at: new Date().toISOString(), reply_to: replyTo?.id,
      // What the room is now, for whoever sends this later: as far as is known none, which begins with it, or else who reads it.
      begins: loaded && messages.length === 0 && visibility === undefined, visibility,
    };
    this.#store.dispatch({ type: 'queued', room, entry });
    this.#typing.reset();
    this.#outbox.flush();
  }

  /** A refused message was certainly not stored, so it may go out under the name that is right now. */
  retry(clientId) {
    const { user, identity: { account } } = this.#state;
    this.#store.dispatch({ type: 'retried', client_id: clientId, user, account });
    this.#outbox.flush();
  }

  remove(clientId) {
    this.#store.dispatch({ type: 'removed', client_id: clientId });
  }

  /** The page is gone for now: another may send what it has not. */
  leave() {
    this.#kept.leave();
  }

  comeBack() {
    this.#store.dispatch({ type: 'come-back', entries: this.#kept.comeBack() });
    this.#takeLeft();
  }

  /** Whoever has this browser next does not read what that account had not sent. */
  forgetUnsent(account) {
    this.#store.dispatch({ type: 'signed-out', account });
    this.#kept.forget(account);
  }

  typed() {
    const { room, user, connection } = this.#state;
    if (connection.phase === 'live' && user !== '' && this.#typing.pass()) postTyping(room, guestName(this.#state)).catch(() => {});
  }

  /** The name goes along also for an account: should its session be over, the server does not take the post for a guest's. */
  async #post(entry) {
    if (entry.isTaken) await expectStillMeant(entry);
    try {
      return await postMessage(entry.room, entry);
    } catch (error) {
      if (error.code === 'other_account' || (entry.account && ['session_over', 'name_taken'].includes(error.code))) this.identify();
      if (['not_allowed', 'muted', 'room_not_found'].includes(error.code)) this.#loadRoom(entry.room);
      throw error;
    }
  }

  /** What other pages of this browser have not sent. Not before it is known who this page is: it may be somebody else's. */
  async #takeLeft() {
    if (!this.#state.identity.known) return;
    try {
      await this.#kept.take((entries) => {
        this.#store.dispatch({ type: 'taken-over', entries, account: this.#state.identity.account });
        this.#outbox.flush();
      });
    } catch {
      // Where nothing may be kept, locks are forbidden too.
    }
  }

  /** A room that nobody has written in is no room yet; to ask for it would be answered with 404. */
  #lookAt(room) {
    const { rooms, hasMore } = this.#state.list;
    if (hasMore || rooms.some(({ name }) => name === room)) this.#loadRoom(room);
    this.#loadMembers(room);
  }

  async #loadRooms(wanted) {
    const as = askedAs(this.#state);
    this.#store.dispatch({ type: 'rooms-loaded', wanted, ...(await fetchRooms(wanted)), askedAs: as });
  }

  async #loadRoom(room) {
    const as = askedAs(this.#state);
    try {
      this.#store.dispatch({ type: 'room-loaded', room, details: await fetchRoom(room), askedAs: as });
    } catch {
      // If it is closed, its history tells.
    }
  }

  async #loadMembers(room) {
    this.#askingMembers.pass();
    const as = askedAs(this.#state);
    try {
      this.#store.dispatch({ type: 'members-loaded', room, ...(await fetchMembers(room)), askedAs: as });
    } catch {
      // The stream tells who is here; only who has an account stays unknown.
    }
  }

  /** The first page of history says from where the stream goes on, so nothing falls between the two. */
  async #locateStream({ refused }) {
    if (this.#state.cursor === null) await this.#begin();
    const { room, list, cursor } = this.#state;
    const rooms = roomsToFollow(list, room, (name) => isClosed(this.#state, name));
    this.#store.dispatch({ type: 'followed', rooms });
    const url = eventsURL(rooms, { after: cursor, user: guestName(this.#state), heartbeat: this.#heartbeat });
    if (refused) await this.#closing(room, askWhyRefused(url));
    return url;
  }

  async #begin() {
    const { room } = this.#state;
    const as = askedAs(this.#state);
    const page = await this.#closing(room, this.history.fetchPresent(room));
    const { cursor } = page;
    // The earliest beginning serves all: of two rooms opened one right after the other, both are complete from there.
    if (this.#state.cursor === null) {
      this.#store.dispatch({ type: 'located', cursor, position: cursorId(cursor), epoch: cursor.split('-')[0], askedAs: as });
    }
    const { focus, loaded } = own(this.#state.conversations, room) ?? {};
    if (focus) this.history.goTo(focus.id);
    else if (!loaded) this.#store.dispatch({ type: 'history-loaded', room, part: 'whole', page, askedAs: as });
  }

  /** A room that is not there for the reader is closed to them. */
  async #closing(room, asked) {
    const as = askedAs(this.#state);
    try {
      return await asked;
    } catch (error) {
      if (error.code === 'room_not_found') this.#store.dispatch({ type: 'room-closed', room, askedAs: as });
      throw error;
    }
  }

  #take(name, data, cursor) {
    this.#store.dispatch({ type: name, data, cursor, now: Date.now() });
    if (name === 'caught-up') this.#caughtUp();
    if (name === 'room' && !data.deleted) this.#loadRoom(data.room);
    if (name === 'presence') this.#meet(data);
    // The session may be over, in another tab or by somebody's decision.
    if (name === 'goodbye' && data.reason === 'revoked') this.identify();
    if (name === 'welcome' && isAnother(this.#state.identity, data)) this.identify();
    if (name === 'typing') setTimeout(() => this.#store.dispatch({ type: 'time-passed', now: Date.now() }), TYPING_LASTS_MS + 10);
    if (name === 'gap' && data.reason === 'unknown') {
      this.#asking.reset();
      this.#stream.restart();
    }
    this.history.mend();
  }

  #meet({ room, joined = [] }) {
    const { members } = peopleOf(this.#state);
    if (room !== this.#state.room || members.length === 0 || joined.every((name) => members.includes(name))) return;
    if (this.#askingMembers.pass()) this.#loadMembers(room);
  }

  #caughtUp() {
    if (!this.#state.identity.known) this.identify();
    this.#outbox.flush();
    this.#takeLeft();
    this.refreshRooms();
    this.history.ensureLoaded();
  }

  get #state() {
    return this.#store.state;
  }
}

/** What `GET /session` says; null if nothing is known for now. */
async function askIdentity() {
  try {
    return await fetchSession();
  } catch (error) {
    return error.code === 'sign_in_required' ? sessionOfNobody : null;
  }
}
