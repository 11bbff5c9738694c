/**
 * <jump-to-latest></jump-to-latest>, made by <message-list>
 *
 * The way back to the end, with the number of messages that came meanwhile.
 */
import { build, setText, tell } from '../lib/dom.js';
import { t } from '../lib/translate.js';

class JumpToLatest extends HTMLElement {
  #label = build('span');

  connectedCallback() {
    const button = build('button', { type: 'button' }, this.#label, build('span', { class: 'icon arrow-down' }));
    button.addEventListener('click', () => tell(this, 'jump-to-latest'));
    this.append(button);
  }

  render({ away, unseen }) {
    this.hidden = !away;
    const text = unseen > 0 ? t('jump_to_new', { count: unseen }) : t('jump_to_latest');
    setText(this.#label, text);
  }
}

export const registerJumpToLatest = () => customElements.define('jump-to-latest', JumpToLatest);
