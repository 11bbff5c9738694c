/**
 * <room-form></room-form>, made by <room-list>
 *
 * Opens any room by its name. One that is not used yet begins with its first message.
 */
import { isComposing } from '../lib/keyboard.js';
import { LONGEST_ROOM_NAME, roomName } from '../lib/room-name.js';
import { build, tell } from '../lib/dom.js';
import { t } from '../lib/translate.js';

class RoomForm extends HTMLElement {
  #input = build('input', {
    id: 'room-name', name: 'room', autocomplete: 'off', autocapitalize: 'none', spellcheck: 'false', enterkeyhint: 'go',
    placeholder: t('room_open'), 'aria-label': t('room_open'), 'aria-describedby': 'room-name-problem',
  });
  #open = build('button', { type: 'submit', class: 'icon-button', 'aria-label': t('room_go'), title: t('room_go') },
    build('span', { class: 'icon arrow-right' }));
  #problem = build('p', { id: 'room-name-problem', role: 'alert' });

  connectedCallback() {
    const form = build('form', { novalidate: true }, this.#input, this.#open, this.#problem);
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#submit();
    });
    this.#input.addEventListener('keydown', (event) => {
      if (event.key === 'Enter' && isComposing(event)) event.preventDefault();
    });
    this.#input.addEventListener('input', () => this.#complain(false));
    this.append(form);
    this.#complain(false);
  }

  #submit() {
    const name = roomName(this.#input.value);
    if (name === null) return this.#complain(this.#input.value.trim() !== '');
    this.#input.value = '';
    this.#complain(false);
    tell(this, 'open-room', { room: name });
  }

  #complain(isBad) {
    this.#problem.textContent = isBad ? t('room_name_rule', { count: LONGEST_ROOM_NAME }) : '';
    this.#input.setAttribute('aria-invalid', isBad);
    this.#open.hidden = this.#input.value.trim() === '';
  }
}

export const registerRoomForm = () => customElements.define('room-form', RoomForm);
