/**
 * <people-section></people-section>, made by <account-dialog>
 *
 * Everybody's accounts. A disabled one is signed out everywhere, and cannot sign in.
 */
import { formatDate } from '../lib/dates.js';
import { ask, build } from '../lib/dom.js';
import { t } from '../lib/translate.js';

class PeopleSection extends HTMLElement {
  #list = build('entry-list');

  connectedCallback() {
    this.append(this.#list);
  }

  load() {
    return this.#list.fill(async () => {
      const { accounts, me } = await ask(this, 'list-accounts');
      return accounts.map(({ user, role, created_at: createdAt, disabled = false }) => ({
        name: user,
        note: [t(`account_${role}`), t('account_since', { when: formatDate(createdAt) }), disabled ? t('account_disabled') : '']
          .filter(Boolean).join(' · '),
        label: t(disabled ? 'account_enable' : 'account_disable'),
        // Nobody locks themselves out by one press.
        act: user === me ? null : async () => {
          await ask(this, 'disable-account', { user, disabled: !disabled });
          await this.load();
        },
      }));
    });
  }

  forget() {
    this.#list.forget();
  }
}

export const registerPeopleSection = () => customElements.define('people-section', PeopleSection);
