/**
 * <name-form></name-form>, made by <message-composer>
 *
 * Asks under what name to write. Whoever comes may choose one that is nobody's; whoever has an account can sign in instead.
 * `name-chosen` says that it is theirs from here on.
 */
import { ask, build, tell } from '../lib/dom.js';
import { button, onSubmit, problemLine } from '../lib/form.js';
import { t } from '../lib/translate.js';

const LONGEST_NAME = 64;

class NameForm extends HTMLElement {
  #input = build('input', {
    id: 'name', name: 'name', autocomplete: 'nickname', maxlength: LONGEST_NAME, required: true, enterkeyhint: 'done',
  });
  #problem = problemLine();

  connectedCallback() {
    const form = build('form', {},
      build('label', { for: 'name' }, t('name_question')),
      this.#input,
      build('button', { type: 'submit', class: 'accent-button' }, t('name_choose')),
      this.#problem,
      build('p', { class: 'otherwise' }, t('name_or_account'), ' ', button(t('sign_in'), {}, () => tell(this, 'open-sign-in'))));
    onSubmit(form, this.#problem, { other: this.#input }, async () => {
      const name = this.#input.value.normalize('NFC').trim();
      if (!name) return;
      await ask(this, 'choose-name', { name });
      tell(this, 'name-chosen');
    });
    this.append(form);
  }

  ask(current) {
    this.#problem.textContent = '';
    this.#input.removeAttribute('aria-invalid');
    this.#input.value = current;
    this.#input.select();
  }

  focus() {
    this.#input.focus();
  }
}

export const registerNameForm = () => customElements.define('name-form', NameForm);
