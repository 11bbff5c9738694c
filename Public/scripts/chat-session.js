import { askWhyRefused, eventsURL, fetchMembers, fetchRooms, postMessage, postTyping } from './api.js';
import { EventStream } from './event-stream.js';
import { HistoryReader } from './history-reader.js';
import { Outbox } from './outbox.js';
import { TYPING_LASTS_MS } from './people-state.js';
import { roomsToFollow } from './room-list-state.js';
import { cursorId } from './lib/chain.js';
import { followPageLifecycle } from './lib/page-lifecycle.js';
import { randomId } from './lib/random-id.js';
import { Throttle } from './lib/throttle.js';

/** The server passes on no more. */
const TYPING_INTERVAL_MS = 3_000;
/** The list of rooms is as old as this at most, while somebody looks; and asked for no more often than that. */
const ROOMS_REFRESH_MS = 60_000;
const ROOMS_PAUSE_MS = 5_000;

/** What the page does: read along in its rooms, look back, write. It knows the server and the store, and no element. */
export class ChatSession {
  #store;
  #heartbeat;
  #stream;
  #outbox;
  #typing = new Throttle(TYPING_INTERVAL_MS);
  #asking = new Throttle(ROOMS_PAUSE_MS);

  /** Looks back in the room that is open. */
  history;

  constructor({ store, heartbeat }) {
    this.#store = store;
    this.history = new HistoryReader(store);
    this.#heartbeat = heartbeat;
    this.#outbox = new Outbox({ store, post: (entry) => postMessage(entry.room, entry) });
    this.#stream = new EventStream({
      heartbeat,
      locate: (circumstances) => this.#locateStream(circumstances),
      onEvent: (name, data, cursor) => this.#take(name, data, cursor),
      onPhase: (phase, more) => store.dispatch({ type: 'connection', phase, ...more }),
    });
  }

  /** Begins in the store's room, at that message if one is given. */
  start(messageId) {
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
    this.#loadMembers(room);
    setInterval(() => document.visibilityState === 'visible' && this.refreshRooms(), ROOMS_REFRESH_MS);
  }

  /** Goes to a room, and there to a message if one is given. What is known of it is shown at once. */
  open(room, messageId) {
    if (room !== this.#state.room) {
      this.#store.dispatch({ type: 'opened', room, now: Date.now() });
      this.#typing.reset();
      this.#loadMembers(room);
    }
    if (!this.#state.followed.includes(room)) this.#stream.restart();
    if (messageId) this.history.goTo(messageId);
    else this.history.ensureLoaded();
  }

  reconnect() {
    this.#stream.wake();
    this.#outbox.flush();
  }

  async refreshRooms() {
    if (!this.#asking.pass()) return;
    try {
      this.#store.dispatch({ type: 'rooms-loaded', ...(await fetchRooms()) });
    } catch {
      // The list stays as it is; what comes by the stream is entered anyway.
      this.#asking.reset();
    }
  }

  /** The stream carries the name too, so that others see who is there. */
  rename(user) {
    this.#store.dispatch({ type: 'named', user });
    this.#stream.restart();
  }

  send(text) {
    const { room, user } = this.#state;
    const entry = { client_id: randomId(), room, user, guest: true, text, sent_at: new Date().toISOString() };
    this.#store.dispatch({ type: 'queued', room, entry });
    this.#typing.reset();
    this.#outbox.flush();
  }

  /** A refused message was certainly not stored, so it may go out under the name that is right now. */
  retry(clientId) {
    this.#store.dispatch({ type: 'retried', client_id: clientId, user: this.#state.user });
    this.#outbox.flush();
  }

  remove(clientId) {
    this.#store.dispatch({ type: 'removed', client_id: clientId });
  }

  typed() {
    const { room, user, connection } = this.#state;
    if (connection.phase === 'live' && user !== '' && this.#typing.pass()) postTyping(room, user).catch(() => {});
  }

  async #loadMembers(room) {
    try {
      this.#store.dispatch({ type: 'members-loaded', room, ...(await fetchMembers(room)) });
    } catch {
      // The stream tells who is here; only who has an account stays unknown.
    }
  }

  /** The first page of history says from where the stream goes on, so nothing falls between the two. */
  async #locateStream({ refused }) {
    if (this.#state.cursor === null) await this.#begin();
    const { room, list, cursor, user } = this.#state;
    const rooms = roomsToFollow(list, room);
    this.#store.dispatch({ type: 'followed', rooms });
    const url = eventsURL(rooms, { after: cursor, user, heartbeat: this.#heartbeat });
    if (refused) await askWhyRefused(url);
    return url;
  }

  async #begin() {
    const { room } = this.#state;
    const page = await this.history.fetchPresent(room);
    const { cursor } = page;
    // The earliest beginning serves all: of two rooms opened one right after the other, both are complete from there.
    if (this.#state.cursor === null) {
      this.#store.dispatch({ type: 'located', cursor, position: cursorId(cursor), epoch: cursor.split('-')[0] });
    }
    const { focus, loaded } = this.#state.conversations[room] ?? {};
    if (focus) this.history.goTo(focus.id);
    else if (!loaded) this.#store.dispatch({ type: 'history-loaded', room, part: 'whole', page });
  }

  #take(name, data, cursor) {
    this.#store.dispatch({ type: name, data, cursor, now: Date.now() });
    if (name === 'caught-up') this.#caughtUp();
    if (name === 'typing') setTimeout(() => this.#store.dispatch({ type: 'time-passed', now: Date.now() }), TYPING_LASTS_MS + 10);
    if (name === 'gap' && data.reason === 'unknown') {
      this.#asking.reset();
      this.#stream.restart();
    }
    this.history.mend();
  }

  #caughtUp() {
    this.#outbox.flush();
    this.refreshRooms();
    this.history.ensureLoaded();
  }

  get #state() {
    return this.#store.state;
  }
}
