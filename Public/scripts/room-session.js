import { askWhyRefused, eventsURL, fetchMessages, postMessage } from './api.js';
import { EventStream } from './event-stream.js';
import { Outbox } from './outbox.js';
import { followPageLifecycle } from './lib/page-lifecycle.js';
import { randomId } from './lib/random-id.js';

const PAGE_LENGTH = 50;
const LONGEST_PAGE = 500;

/** What the page does in its room: read along, look back, send. It knows the server and the store, and no element. */
export class RoomSession {
  #room;
  #store;
  #heartbeat;
  #stream;
  #outbox;
  #mending = false;

  constructor({ room, store, heartbeat }) {
    this.#room = room;
    this.#store = store;
    this.#heartbeat = heartbeat;
    this.#outbox = new Outbox({ store, post: (entry) => postMessage(room, entry) });
    this.#stream = new EventStream({
      heartbeat,
      locate: (circumstances) => this.#locateStream(circumstances),
      onEvent: (name, data, cursor) => this.#take(name, data, cursor),
      onPhase: (phase, more) => store.dispatch({ type: 'connection', phase, ...more }),
    });
  }

  start() {
    followPageLifecycle({
      wake: () => this.reconnect(),
      sleep: () => this.#stream.sleep(),
    });
  }

  reconnect() {
    this.#stream.wake();
    this.#outbox.flush();
  }

  /** The stream carries the name too, so that others see who is there. */
  rename(user) {
    this.#store.dispatch({ type: 'named', user });
    this.#stream.restart();
  }

  send(text) {
    const entry = { client_id: randomId(), user: this.#state.user, guest: true, text, sent_at: new Date().toISOString() };
    this.#store.dispatch({ type: 'queued', entry });
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

  async loadOlder() {
    const { history, hasMoreBefore, messages } = this.#state;
    if (history === 'loading' || !hasMoreBefore || messages.length === 0) return;
    this.#store.dispatch({ type: 'older-asked' });
    try {
      const page = await this.#fetch({ before: messages[0].id, limit: PAGE_LENGTH });
      this.#store.dispatch({ type: 'older-loaded', page });
    } catch {
      this.#store.dispatch({ type: 'older-failed' });
    }
  }

  /** The first page of history says from where the stream goes on, so nothing falls between the two. */
  async #locateStream({ refused }) {
    if (this.#state.cursor === null) {
      this.#store.dispatch({ type: 'loaded', page: await this.#fetch({ limit: PAGE_LENGTH }) });
    }
    const { cursor, user } = this.#state;
    const url = eventsURL(this.#room, { after: cursor, user, heartbeat: this.#heartbeat });
    if (refused) await askWhyRefused(url);
    return url;
  }

  #take(name, data, cursor) {
    this.#store.dispatch({ type: name, data, cursor });
    if (name === 'caught-up') this.#outbox.flush();
    if (name === 'gap' && data.reason === 'unknown') this.#stream.restart();
    if (this.#state.missed) this.#mend();
  }

  /** Fetches what the chain shows to be missing. If that fails too, the next event tries again. */
  async #mend() {
    if (this.#mending) return;
    this.#mending = true;
    try {
      while (this.#state.missed) {
        const { missed } = this.#state;
        const page = await this.#fetch({ after: missed.after, limit: LONGEST_PAGE });
        this.#store.dispatch({ type: 'mended', page, missed });
      }
    } catch {
      // The note in the list stays until it works.
    } finally {
      this.#mending = false;
    }
  }

  #fetch(query) {
    return fetchMessages(this.#room, { ...query, user: this.#state.user });
  }

  get #state() {
    return this.#store.state;
  }
}
