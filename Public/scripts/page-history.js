import { messageOf, roomOf } from './page-address.js';
import { roomPath } from './api.js';

/** The browser's history: each room is a page of its own, and so is a message one was led to, without a reload. */
export class PageHistory {
  #onArrival;

  /** `onArrival({ room, messageId })` whenever the address has become another. */
  constructor(onArrival) {
    this.#onArrival = onArrival;
    // Back, forward, and links to a message of the room that is open.
    addEventListener('popstate', () => this.#arrive());
  }

  go(room) {
    if (roomOf(location) !== room) history.pushState(null, '', roomPath(room) + location.search);
    else this.leaveMessage();
    this.#arrive();
  }

  /** The reader has left the message for the present; a reload is not to lead them back. */
  leaveMessage() {
    if (location.hash) history.replaceState(null, '', location.pathname + location.search);
  }

  #arrive() {
    this.#onArrival({ room: roomOf(location), messageId: messageOf(location) });
  }
}
