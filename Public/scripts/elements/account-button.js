/**
 * <account-button></account-button>, made by <room-list>
 *
 * The way to sign in; for whoever has, to their account.
 */
import { build, tell } from '../lib/dom.js';
import { t } from '../lib/translate.js';

class AccountButton extends HTMLElement {
  #avatar = build('person-avatar');
  #word = build('span', { class: 'name', dir: 'auto' });
  #button = build('button', { type: 'button' }, this.#avatar, this.#word);

  connectedCallback() {
    this.append(this.#button);
    this.#button.addEventListener('click', () => tell(this, this.dataset.account ? 'open-account' : 'open-sign-in'));
  }

  render({ identity: { known, account } }) {
    this.hidden = !known;
    if (this.dataset.account === (account ?? '')) return;
    this.dataset.account = account ?? '';
    this.#avatar.hidden = account === null;
    if (account !== null) this.#avatar.setAttribute('name', account);
    this.#word.textContent = account ?? t('sign_in');
    this.#button.title = account === null ? '' : t('account_open', { user: account });
    if (account === null) this.#button.removeAttribute('aria-label');
    else this.#button.setAttribute('aria-label', t('account_open', { user: account }));
  }
}

export const registerAccountButton = () => customElements.define('account-button', AccountButton);
