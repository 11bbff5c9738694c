/**
 * <closed-room></closed-room>, made by <message-list>
 *
 * In the place of a conversation that is not, or no longer, to be read. The server does not tell whether there is one.
 */
import { build, tell } from '../lib/dom.js';
import { button } from '../lib/form.js';
import { t } from '../lib/translate.js';

class ClosedRoom extends HTMLElement {
  #hint = build('p');
  #signIn = button(t('sign_in'), { class: 'accent-button' }, () => tell(this, 'open-sign-in'));
  #retry = button(t('retry'), {}, () => tell(this, 'retry-room'));

  connectedCallback() {
    this.append(build('h2', {}, t('closed_title')), this.#hint, build('div', { class: 'buttons' }, this.#signIn, this.#retry));
    this.setAttribute('role', 'status');
  }

  render({ identity: { account } }) {
    const hint = t(account === null ? 'closed_hint_guest' : 'closed_hint');
    if (this.#hint.textContent !== hint) this.#hint.textContent = hint;
    this.#signIn.hidden = account !== null;
  }
}

export const registerClosedRoom = () => customElements.define('closed-room', ClosedRoom);
