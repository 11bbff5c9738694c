/**
 * <name-form></name-form>, made by <message-composer>
 *
 * Asks under what name to write. There is no account: whoever comes may choose one.
 */
import { build, tell } from '../lib/dom.js';
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
      build('button', { type: 'submit', class: 'accent-button' }, t('name_choose')));
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
