/**
 * <ban-section></ban-section>, made by <account-dialog>
 *
 * Addresses from which nobody may use the server. A new one is asked about once more: it shuts out whoever comes from there.
 */
import { formatShort } from '../lib/dates.js';
import { ask, build } from '../lib/dom.js';
import { button, field, onSubmit, problemLine } from '../lib/form.js';
import { LastAsked } from '../lib/last-asked.js';
import { t } from '../lib/translate.js';

class BanSection extends HTMLElement {
  #list = build('entry-list', { empty: t('bans_none') });
  #address = build('input', { required: true, maxlength: 64, autocomplete: 'off', autocapitalize: 'none', spellcheck: 'false' });
  #why = build('input', { maxlength: 300, autocomplete: 'off' });
  #problem = problemLine();
  #done = build('p', { class: 'hint', role: 'status' });
  // What is wrong stands at the address, which it mostly is.
  #form = build('form', {}, build('h3', {}, t('ban_new')), field(t('ban_address'), this.#address, t('ban_address_hint')), this.#problem,
    field(t('reason'), this.#why, t('ban_reason_hint')), this.#done,
    build('div', { class: 'buttons' }, build('button', { type: 'submit', class: 'accent-button' }, t('ban_make'))));
  #warning = build('p', { id: 'ban-warning', dir: 'auto' });
  #confirm = button('', { class: 'quiet-button danger', dir: 'auto' }, () => this.#decide(true));
  #cancel = button(t('cancel'), { 'aria-describedby': this.#warning.id }, () => this.#decide(false));
  #confirmation = build('div', { class: 'confirmation', hidden: true }, this.#warning,
    build('div', { class: 'buttons' }, this.#confirm, this.#cancel));
  #decide = () => {};
  #asked = new LastAsked();

  connectedCallback() {
    onSubmit(this.#form, this.#problem, { reason_too_long: this.#why, other: this.#address }, () => this.#ban());
    this.append(this.#list, this.#form, this.#confirmation);
  }

  load() {
    return this.#list.fill(async () => {
      const { bans } = await ask(this, 'list-bans');
      return bans.map(({ network, by, banned_at: bannedAt, why }) => ({
        name: network,
        note: [t('ban_since', { when: formatShort(bannedAt) }), by && t('ban_by', { by }), why].filter(Boolean).join(' · '),
        label: t('ban_end'),
        done: t('ban_ended', { network }),
        act: async () => {
          await ask(this, 'end-ban', { network });
          await this.load();
        },
      }));
    });
  }

  /** Also what is asked about just now: whoever opens the dialog next may be somebody else. */
  forget() {
    this.#asked.forget();
    this.#decide(false);
    this.#list.forget();
    this.#form.reset();
    this.#done.textContent = '';
  }

  async #ban() {
    const isLast = this.#asked.begin();
    const address = this.#address.value.trim();
    this.#done.textContent = '';
    if (!(await this.#isSure(address))) return;
    await ask(this, 'ban-address', { address, why: this.#why.value.trim() || undefined });
    if (!isLast()) return;
    this.#form.reset();
    this.#done.textContent = t('ban_made', { address });
    await this.load();
  }

  /** In the place of the form, which comes back with the answer. */
  #isSure(address) {
    this.#warning.textContent = t('ban_sure', { address });
    this.#confirm.textContent = t('ban_confirm', { address });
    this.#showConfirmation(true);
    this.#cancel.focus();
    return new Promise((resolve) => {
      this.#decide = (isSure) => {
        this.#decide = () => {};
        const hadFocus = this.#confirmation.contains(document.activeElement);
        this.#showConfirmation(false);
        if (hadFocus) this.#address.focus();
        resolve(isSure);
      };
    });
  }

  #showConfirmation(isShown) {
    this.#form.hidden = isShown;
    this.#confirmation.hidden = !isShown;
  }
}

export const registerBanSection = () => customElements.define('ban-section', BanSection);
