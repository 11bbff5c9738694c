/**
 * <closed-room></closed-room>, made by <message-list>
 *
 * In the place of a conversation that is not, or no longer, to be read. The server does not tell whether there is one.
 */
import { accessOf } from '../access-state.js';
import { build, setText, tell } from '../lib/dom.js';
import { button } from '../lib/form.js';
import { t } from '../lib/translate.js';

class ClosedRoom extends HTMLElement {
  #title = build('h2');
  #hint = build('p');
  #signIn = button(t('sign_in'), { class: 'accent-button' }, () => tell(this, 'open-sign-in'));
  #retry = button(t('retry'), {}, () => tell(this, 'retry-room'));

  connectedCallback() {
    this.append(this.#title, this.#hint, build('div', { class: 'buttons' }, this.#signIn, this.#retry));
    this.setAttribute('role', 'status');
  }

  render(page) {
    const { account } = page.identity;
    const title = t(accessOf(page).lost ? 'closed_lost' : 'closed_title');
    setText(this.#title, title);
    const hint = t(account === null ? 'closed_hint_guest' : 'closed_hint');
    setText(this.#hint, hint);
    this.#signIn.hidden = account !== null;
  }
}

export const registerClosedRoom = () => customElements.define('closed-room', ClosedRoom);
