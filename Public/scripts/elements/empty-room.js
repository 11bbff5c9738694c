/**
 * <empty-room></empty-room>, made by <message-list>
 *
 * What to do in a room where nobody has said anything: write, or post from a terminal. Or that there was a room, and who deleted it.
 */
import { curlLines } from '../lib/curl-lines.js';
import { build } from '../lib/dom.js';
import { t } from '../lib/translate.js';

class EmptyRoom extends HTMLElement {
  #title = build('h2');
  #reason = build('p', { dir: 'auto' });
  #hint = build('p');
  #command = build('copy-line');

  connectedCallback() {
    this.append(this.#title, this.#reason, this.#hint, this.#command);
  }

  render({ room, account, deletion }) {
    this.#title.textContent = t(deletion ? 'deleted_title' : 'empty_title');
    this.#reason.hidden = !deletion;
    this.#reason.textContent = deletion ? t(deletion.why ? 'deleted_by_why' : 'deleted_by', deletion) : '';
    this.#hint.textContent = t(deletion ? 'deleted_hint' : 'empty_hint');
    this.#command.hidden = Boolean(deletion);
    this.#command.setAttribute('text', curlLines({ origin: location.origin, room, account, greeting: t('empty_greeting') }).post);
  }
}

export const registerEmptyRoom = () => customElements.define('empty-room', EmptyRoom);
