import { backoffDelay } from './lib/backoff.js';

/** A server that fails on this very message (500) must not hold up the ones behind it for ever. */
const MOST_FAILURES = 4;
/** What the page has a word of its own for: somebody else has signed in, in another tab. */
const OURS = { other_account: 'other_identity' };

/**
 * Posts what is pending, one after another, in the order it was written.
 *
 * When no answer comes, the post may or may not have been stored. It is repeated with the same `client_id` until one
 * does, which is safe because the server stores it once. Only a refusal makes it fail, and hands it back to the person.
 */
export class Outbox {
  #store;
  #post;
  #draining = false;
  #wake = () => {};
  #failures = 0;
  #slow = new Map(); // room → when it takes the next message from this person

  constructor({ store, post }) {
    this.#store = store;
    this.#post = post;
  }

  /** Sends what is there, at once: also what waits for its next try. */
  async flush() {
    this.#wake();
    if (this.#draining) return;
    this.#draining = true;
    for (let entry = this.#next(); entry; entry = this.#next()) await this.#send(entry);
    this.#draining = false;
  }

  #next() {
    return this.#store.state.pending.find(({ state, room }) => state !== 'failed' && !(this.#slow.get(room) > Date.now()));
  }

  async #send(entry) {
    const { client_id, room } = entry;
    try {
      const message = await this.#post(entry);
      this.#failures = 0;
      this.#store.dispatch({ type: 'posted', room, client_id, message });
    } catch (error) {
      if (this.#isFinal(error)) {
        this.#failures = 0;
        this.#store.dispatch({ type: 'failed', client_id, reason: error.message, code: OURS[error.code] ?? error.code });
      } else if (error.code === 'slow_mode') {
        this.#takeTime(entry, error.retryAfterMs);
      } else {
        this.#store.dispatch({ type: 'waiting', client_id });
        await this.#pause(Math.max(error.retryAfterMs ?? 0, backoffDelay(this.#failures++)));
      }
    }
  }

  /** Other rooms' messages need not wait as long. */
  #takeTime({ client_id, room }, milliseconds) {
    const until = Date.now() + milliseconds;
    this.#slow.set(room, until);
    this.#store.dispatch({ type: 'waiting', client_id, until });
    setTimeout(() => this.flush(), milliseconds + 1);
  }

  #isFinal(error) {
    return error.passes === false || (error.status === 500 && this.#failures >= MOST_FAILURES);
  }

  #pause(milliseconds) {
    return new Promise((resolve) => {
      this.#wake = resolve;
      setTimeout(resolve, milliseconds);
    });
  }
}
