/**
 * <sign-in-dialog data-renders></sign-in-dialog>
 *
 * Signing in, or making an account: where anybody may, or with an invitation. Where the server lets in accounts only, it
 * stands in the place of the page until somebody has signed in.
 */
import { build, ask } from '../lib/dom.js';
import { buildDialog, openDialog } from '../lib/dialog.js';
import { button, field, onSubmit, problemLine } from '../lib/form.js';
import { t } from '../lib/translate.js';

const SHORTEST_PASSWORD = 8;

class SignInDialog extends HTMLElement {
  #parts = buildDialog('sign-in');
  #intro = build('p', { class: 'intro' });
  #user = build('input', {
    name: 'username', autocomplete: 'username', autocapitalize: 'none', spellcheck: 'false', required: true, maxlength: 64,
    autofocus: true,
  });
  #password = build('input', { name: 'password', type: 'password', autocomplete: 'current-password', required: true });
  #hint = build('p', { class: 'hint', id: 'sign-up-hint' }, t('password_rule', { count: SHORTEST_PASSWORD }));
  #problem = problemLine();
  #submit = build('button', { type: 'submit', class: 'accent-button' });
  #other = button('', {}, () => this.#show(!this.#signsUp));
  #signsUp = false;
  #invite;
  #required = false;
  #signUp = 'closed';

  connectedCallback() {
    const { dialog, body } = this.#parts;
    const password = field(t('password'), this.#password);
    password.append(this.#hint);
    const form = build('form', {}, this.#intro, field(t('user_name'), this.#user), password, this.#problem,
      build('div', { class: 'buttons' }, this.#submit, this.#other));
    onSubmit(form, this.#problem, { name_taken: this.#user, bad_user_name: this.#user, other: this.#password }, () => this.#send());
    body.append(form);
    dialog.addEventListener('cancel', (event) => this.#required && event.preventDefault());
    dialog.addEventListener('close', () => {
      this.#password.value = '';
      // A browser lets a second Escape through.
      if (this.#required) openDialog(dialog);
    });
    this.append(dialog);
  }

  open({ invite } = {}) {
    this.#invite = invite;
    this.#show(Boolean(invite));
    openDialog(this.#parts.dialog);
  }

  render({ identity: { known, admitsGuests, account, signUp } }) {
    const required = known && !admitsGuests && account === null;
    if (required === this.#required && signUp === this.#signUp) return;
    this.#required = required;
    this.#signUp = signUp;
    this.#parts.dialog.classList.toggle('is-required', required);
    this.#parts.close.hidden = required;
    if (required && !this.#parts.dialog.open) this.open({ invite: this.#invite });
    else this.#show(this.#signsUp);
  }

  #show(signsUp) {
    this.#signsUp = signsUp;
    this.#parts.title.textContent = t(signsUp ? 'sign_up' : 'sign_in');
    this.#intro.textContent = this.#invite && signsUp ? t('invited') : !this.#required ? '' : t('sign_in_required');
    this.#password.autocomplete = signsUp ? 'new-password' : 'current-password';
    if (signsUp) this.#password.setAttribute('aria-describedby', this.#hint.id);
    else this.#password.removeAttribute('aria-describedby');
    this.#hint.hidden = !signsUp;
    this.#problem.textContent = '';
    this.#submit.textContent = t(signsUp ? 'sign_up' : 'sign_in');
    this.#other.textContent = t(signsUp ? 'sign_in_instead' : 'sign_up_instead');
    this.#other.hidden = !signsUp && this.#signUp !== 'open' && !this.#invite;
  }

  async #send() {
    const [user, password] = [this.#user.value.normalize('NFC').trim(), this.#password.value];
    if (this.#signsUp) await ask(this, 'sign-up', { user, password, invite: this.#invite });
    else await ask(this, 'sign-in', { user, password });
    this.#invite = undefined;
    this.#required = false;
    this.#parts.dialog.close();
  }
}

export const registerSignInDialog = () => customElements.define('sign-in-dialog', SignInDialog);
