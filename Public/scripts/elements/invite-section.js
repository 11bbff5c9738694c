/**
 * <invite-section></invite-section>, made by <account-dialog>
 *
 * Links with which people make accounts. A link is shown once: the server keeps only what it takes to know it again.
 */
import { formatShort } from '../lib/dates.js';
import { ask, build } from '../lib/dom.js';
import { field, onSubmit, problemLine } from '../lib/form.js';
import { LastAsked } from '../lib/last-asked.js';
import { t } from '../lib/translate.js';

class InviteSection extends HTMLElement {
  #list = build('entry-list');
  #uses = build('input', { type: 'number', min: 1, max: 10_000, value: 1, required: true, inputmode: 'numeric' });
  #days = build('input', { type: 'number', min: 1, max: 365, value: 7, required: true, inputmode: 'numeric' });
  #problem = problemLine();
  #secret = build('div', { class: 'secret', role: 'status' });
  #asked = new LastAsked();

  connectedCallback() {
    const form = build('form', {}, build('h3', {}, t('invite_new')), field(t('invite_uses'), this.#uses),
      field(t('invite_days'), this.#days), this.#problem,
      build('div', { class: 'buttons' }, build('button', { type: 'submit', class: 'accent-button' }, t('invite_make'))));
    onSubmit(form, this.#problem, { other: this.#uses }, () => this.#make());
    this.append(this.#list, this.#secret, form);
  }

  load() {
    return this.#list.fill(async () => {
      const { invites } = await ask(this, 'list-invites');
      return invites.map(({ id, role, uses_left: uses, expires_at: expiresAt, created_by: by }) => ({
        name: t('invite_left', { count: uses }),
        note: [role === 'admin' ? t('account_admin') : '', t('until', { when: formatShort(expiresAt) }), by].filter(Boolean).join(' · '),
        label: t('invite_end'),
        act: async () => {
          await ask(this, 'end-invite', { id });
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
    const isLast = this.#asked.begin();
    const { invite } = await ask(this, 'make-invite', { invite: { uses: Number(this.#uses.value), days: Number(this.#days.value) } });
    if (!isLast()) return;
    const line = build('copy-line', { text: `${location.origin}/#invite=${invite}`, label: t('invite') });
    this.#secret.replaceChildren(build('p', {}, t('invite_once')), line);
    line.querySelector('button').focus();
    await this.load();
  }
}

export const registerInviteSection = () => customElements.define('invite-section', InviteSection);
