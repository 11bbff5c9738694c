/**
 * <name-form></name-form>, made by <message-composer>
 *
 * Asks under what name to write. Whoever comes may choose one; whoever has an account can sign in instead.
 */
import { build, tell } from '../lib/dom.js';
import { button } from '../lib/form.js';
import { t } from '../lib/translate.js';

const LONGEST_NAME = 64;

class NameForm extends HTMLElement {
  #input = build('input', {
    id: 'name', name: 'name', autocomplete: 'nickname', maxlength: LONGEST_NAME, required: true, enterkeyhint: 'done',
  });

  connectedCallback() {
    const form = build('form', {},
      build('label', { for: 'name' }, t('name_question')),
      this.#input,
      build('button', { type: 'submit', class: 'accent-button' }, t('name_choose')),
      build('p', { class: 'otherwise' }, t('name_or_account'), ' ', button(t('sign_in'), {}, () => tell(this, 'open-sign-in'))));
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      const name = this.#input.value.normalize('NFC').trim();
      if (name) tell(this, 'choose-name', { name });
    });
    this.append(form);
  }

  ask(current) {
    this.#input.value = current;
    this.#input.select();
  }

  focus() {
    this.#input.focus();
  }
}

export const registerNameForm = () => customElements.define('name-form', NameForm);
