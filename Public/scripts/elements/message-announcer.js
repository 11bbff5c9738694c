/**
 * <message-announcer aria-live="polite"></message-announcer>
 *
 * Reads new messages to those who listen to the page, at a bearable pace: a burst becomes a number. Only what others
 * write, and only what is new: never history. And which room one has come to, or that it is no more.
 */
import { t } from '../lib/translate.js';

const PAUSE_MS = 1_000;
const MOST_READ_OUT = 3;

class MessageAnnouncer extends HTMLElement {
  #heard = [];
  #replayed = 0;
  #room = null;
  #isDeleted = false;
  #speaking;

  hear(state, { type, data }) {
    if (type === 'opened' && state.wasLive) this.#room = state.room;
    else if (type === 'caught-up') this.#replayed = state.cameBack?.count ?? 0;
    else if (type === 'room' && data.deleted && data.room === state.room) this.#isDeleted = true;
    else if (type !== 'message' || state.connection.phase !== 'live') return;
    else if (data.room !== state.room || data.user === state.me) return;
    else this.#heard.push(data);
    this.#speaking ??= setTimeout(() => this.#speak(), PAUSE_MS);
  }

  #speak() {
    const messages = this.#summary(this.#replayed + this.#heard.length);
    const lines = [this.#room && t('announce_room', { room: this.#room }), this.#isDeleted && t('deleted_title'), messages];
    this.textContent = lines.filter(Boolean).join('\n');
    this.#room = null;
    this.#isDeleted = false;
    this.#heard = [];
    this.#replayed = 0;
    this.#speaking = null;
  }

  #summary(count) {
    if (count === 0) return '';
    if (count > MOST_READ_OUT || this.#replayed > 0) return t('announce_count', { count });
    return this.#heard.map(({ user, text }) => t('announce_message', { user, text })).join('\n');
  }
}

export const registerMessageAnnouncer = () => customElements.define('message-announcer', MessageAnnouncer);
