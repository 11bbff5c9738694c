/**
 * <token-section></token-section>, made by <account-dialog>
 *
 * Credentials for scripts and bots. The secret of a new one is shown once, and forgotten when the dialog closes.
 */
import { formatShort } from '../lib/dates.js';
import { ask, build } from '../lib/dom.js';
import { field, onSubmit, problemLine } from '../lib/form.js';
import { LastAsked } from '../lib/last-asked.js';
import { t } from '../lib/translate.js';

const RIGHTS = ['read', 'write', 'moderate'];

class TokenSection extends HTMLElement {
  #list = build('entry-list');
  #name = build('input', { required: true, maxlength: 80, autocomplete: 'off' });
  #rights = RIGHTS.map((right) => build('input', { type: 'checkbox', value: right, checked: right !== 'moderate' }));
  #rooms = build('input', { autocomplete: 'off', autocapitalize: 'none', spellcheck: 'false' });
  #days = build('input', { type: 'number', min: 1, max: 3650, value: 90, inputmode: 'numeric' });
  #problem = problemLine();
  #secret = build('div', { class: 'secret', role: 'status' });
  #asked = new LastAsked();

  connectedCallback() {
    const rights = build('fieldset', {}, build('legend', {}, t('token_rights')),
      ...this.#rights.map((box) => build('label', {}, box, t(`right_${box.value}`))));
    const form = build('form', {}, build('h3', {}, t('token_new')), field(t('token_name'), this.#name), rights,
      field(t('token_rooms'), this.#rooms, t('token_rooms_hint')), field(t('token_days'), this.#days, t('token_days_hint')),
      this.#problem, build('div', { class: 'buttons' }, build('button', { type: 'submit', class: 'accent-button' }, t('token_make'))));
    const blamed = { bad_room_name: this.#rooms, bad_rooms: this.#rooms, bad_days: this.#days, other: this.#name };
    onSubmit(form, this.#problem, blamed, () => this.#make());
    this.append(this.#list, this.#secret, form);
  }

  load() {
    return this.#list.fill(async () => {
      const { tokens } = await ask(this, 'list-tokens');
      return tokens.map(({ id, name, rights, rooms, expires_at: expiresAt }) => ({
        name,
        note: [rights.map((right) => t(`right_${right}`)).join(' · '), rooms?.join(', ') ?? t('token_everywhere'),
          expiresAt ? t('until', { when: formatShort(expiresAt) }) : t('token_endless')].join(' — '),
        label: t('token_end'),
        act: async () => {
          await ask(this, 'end-token', { id });
          await this.load();
        },
      }));
    });
  }

  /** Also a secret that is still on its way: whoever opens the dialog next may be somebody else. */
  forget() {
    this.#asked.forget();
    this.#list.forget();
    this.#secret.replaceChildren();
  }

  async #make() {
    const rooms = this.#rooms.value.split(/[\s,，、]+/u).filter(Boolean);
    const isLast = this.#asked.begin();
    const { token } = await ask(this, 'make-token', {
      token: {
        name: this.#name.value.trim(),
        rights: this.#rights.filter(({ checked }) => checked).map(({ value }) => value),
        rooms: rooms.length > 0 ? rooms : undefined,
        days: this.#days.value === '' ? undefined : Number(this.#days.value),
      },
    });
    if (!isLast()) return;
    this.#name.value = '';
    const line = build('copy-line', { text: token, label: t('token') });
    this.#secret.replaceChildren(build('p', {}, t('token_once')), line);
    line.querySelector('button').focus();
    await this.load();
  }
}

export const registerTokenSection = () => customElements.define('token-section', TokenSection);
