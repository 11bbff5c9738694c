import { backoffDelay } from './lib/backoff.js';

const STREAM_EVENTS = ['welcome', 'gap', 'message', 'edit', 'delete', 'reaction', 'pin', 'room', 'caught-up',
  'presence', 'typing', 'revoked', 'heartbeat', 'goodbye'];

const DEFAULT_HEARTBEAT_S = 15;
/** A line that is silent for this many heartbeats is dead, though the browser may show it as open for ever. */
const SILENT_HEARTBEATS = 2.5;

/**
 * An `EventSource` that is kept alive.
 *
 * Every break is handled here rather than left to the browser's own retrying, which gives up for good on any status but
 * 200, never notices a silent line, and cannot say when it will try again. What it would have told the server in
 * `Last-Event-ID` the page passes as `?after=` instead.
 *
 * `locate({ refused })` gives the URL to open; it may take its time, and throw. `refused` says that the last opening was
 * answered with a status that `EventSource` hides. `onEvent(name, data, cursor)` gets every event of the stream, and
 * `onPhase(phase, { retryAt, detail, code })` what becomes of the connection: connecting, waiting, offline, refused, ended, asleep.
 */
export class EventStream {
  #locate;
  #onEvent;
  #onPhase;
  #source = null;
  #running = false;
  #asleep = false;
  #connection = 0; // counts the tries, so that an answer to an abandoned one is known for what it is
  #attempt = 0;
  #refused = false;
  #retryTimer;
  #watchdog;
  #heartbeat;
  #lastSeen = 0;

  constructor({ locate, onEvent, onPhase, heartbeat = DEFAULT_HEARTBEAT_S }) {
    this.#locate = locate;
    this.#onEvent = onEvent;
    this.#onPhase = onPhase;
    this.#heartbeat = heartbeat;
  }

  /** Connects, or if there is a connection makes sure of it: after a sleep the timers may be late. */
  wake() {
    const silent = Date.now() - this.#lastSeen > this.#silence;
    this.#asleep = false;
    if (!this.#running || !this.#source || silent) this.restart();
  }

  sleep() {
    this.#running = false;
    this.#asleep = true;
    this.#drop();
    this.#onPhase('asleep');
  }

  /** Begins anew; asleep it will do so when it wakes. */
  restart() {
    if (this.#asleep) return;
    this.#running = true;
    this.#connect();
  }

  async #connect() {
    this.#drop();
    const connection = this.#connection;
    this.#onPhase('connecting');
    try {
      const url = await this.#locate({ refused: this.#refused });
      if (connection === this.#connection) this.#open(url);
    } catch (error) {
      if (connection === this.#connection) this.#notLocated(error);
    }
  }

  #open(url) {
    const source = new EventSource(url);
    this.#source = source;
    this.#refused = false;
    this.#seen();
    source.addEventListener('open', () => this.#seen());
    source.addEventListener('error', () => {
      this.#refused = source.readyState === EventSource.CLOSED;
      this.#retryLater();
    });
    for (const name of STREAM_EVENTS) {
      source.addEventListener(name, ({ data, lastEventId }) => {
        // An event handler may have closed this stream while more of its events were queued.
        if (source === this.#source) this.#take(name, JSON.parse(data), lastEventId);
      });
    }
  }

  #take(name, data, cursor) {
    if (name === 'welcome') this.#heartbeat = data.heartbeat ?? this.#heartbeat;
    if (name === 'caught-up') this.#attempt = 0;
    this.#seen();
    this.#onEvent(name, data, cursor);
    if (name === 'goodbye') this.#takeLeave(data);
  }

  #takeLeave({ reconnect, reason }) {
    if (reconnect !== false) return this.#retryLater();
    this.#drop();
    this.#running = false;
    this.#onPhase('ended', { detail: reason });
  }

  #notLocated(error) {
    const final = error.passes === false;
    if (!final) return this.#retryLater(error.retryAfterMs);
    this.#running = false;
    this.#onPhase('refused', { detail: error.message, code: error.code });
  }

  #retryLater(atLeast = 0) {
    this.#drop();
    const delay = Math.max(atLeast, backoffDelay(this.#attempt++));
    this.#retryTimer = setTimeout(() => this.#connect(), delay);
    // Being "offline" is only a hint: a server on this very machine is still there, so trying goes on.
    this.#onPhase(navigator.onLine ? 'waiting' : 'offline', { retryAt: Date.now() + delay });
  }

  #seen() {
    this.#lastSeen = Date.now();
    clearTimeout(this.#watchdog);
    this.#watchdog = setTimeout(() => this.#retryLater(), this.#silence);
  }

  #drop() {
    this.#connection += 1;
    clearTimeout(this.#retryTimer);
    clearTimeout(this.#watchdog);
    this.#source?.close();
    this.#source = null;
  }

  get #silence() {
    return this.#heartbeat * SILENT_HEARTBEATS * 1000;
  }
}
