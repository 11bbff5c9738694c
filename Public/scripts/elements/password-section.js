/**
 * <password-section></password-section>, made by <account-dialog>
 *
 * Another password. Whoever is signed in elsewhere has to sign in again.
 */
import { ask, build } from '../lib/dom.js';
import { field, onSubmit, problemLine } from '../lib/form.js';
import { t } from '../lib/translate.js';

class PasswordSection extends HTMLElement {
  // Seen only by the browser, which keeps passwords by name.
  #user = build('input', { name: 'username', autocomplete: 'username', readonly: true, hidden: true });
  #old = build('input', { type: 'password', autocomplete: 'current-password', required: true });
  #new = build('input', { type: 'password', autocomplete: 'new-password', required: true });
  #problem = problemLine();
  #done = build('p', { class: 'hint', role: 'status' });

  connectedCallback() {
    const form = build('form', {}, this.#user, field(t('password_old'), this.#old),
      field(t('password_new'), this.#new, t('password_rule', { count: 8 })),
      build('p', { class: 'hint' }, t('password_ends_sessions')), this.#problem, this.#done,
      build('div', { class: 'buttons' }, build('button', { type: 'submit', class: 'accent-button' }, t('password_change'))));
    onSubmit(form, this.#problem, { bad_password: this.#new, other: this.#old }, async () => {
      this.#done.textContent = '';
      await ask(this, 'change-password', { old: this.#old.value, password: this.#new.value });
      this.forget();
      this.#done.textContent = t('password_changed');
    });
    this.append(form);
  }

  load({ account }) {
    this.#user.value = account;
    this.#done.textContent = '';
  }

  forget() {
    this.#old.value = '';
    this.#new.value = '';
  }
}

export const registerPasswordSection = () => customElements.define('password-section', PasswordSection);
