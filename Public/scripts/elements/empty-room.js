/**
 * <empty-room></empty-room>, made by <message-list>
 *
 * What to do in a room where nobody has said anything: write, or post from a terminal.
 */
import { curlLines } from '../lib/curl-lines.js';
import { build } from '../lib/dom.js';
import { t } from '../lib/translate.js';

class EmptyRoom extends HTMLElement {
  #command = build('copy-line');

  connectedCallback() {
    this.append(
      build('h2', {}, t('empty_title')),
      build('p', {}, t('empty_hint')),
      this.#command,
    );
  }

  render({ room, account }) {
    this.#command.setAttribute('text', curlLines({ origin: location.origin, room, account, greeting: t('empty_greeting') }).post);
  }
}

export const registerEmptyRoom = () => customElements.define('empty-room', EmptyRoom);
