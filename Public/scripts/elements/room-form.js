/**
 * <room-form></room-form>, made by <room-list>
 *
 * Opens any room by its name. One that is not used yet begins with its first message, or at once if it is to be private.
 */
import { isComposing } from '../lib/keyboard.js';
import { LONGEST_ROOM_NAME, roomName } from '../lib/room-name.js';
import { ask, build, tell } from '../lib/dom.js';
import { attempt } from '../lib/form.js';
import { t } from '../lib/translate.js';

class RoomForm extends HTMLElement {
  #input = build('input', {
    id: 'room-name', name: 'room', autocomplete: 'off', autocapitalize: 'none', spellcheck: 'false', enterkeyhint: 'go',
    placeholder: t('room_open'), 'aria-label': t('room_open'), 'aria-describedby': 'room-name-problem',
  });
  #open = build('button', { type: 'submit', class: 'icon-button', 'aria-label': t('room_go'), title: t('room_go') },
    build('span', { class: 'icon arrow-right' }));
  #box = build('input', { type: 'checkbox' });
  #private = build('label', { hidden: true }, this.#box, t('room_make_private'));
  #page = null;
  #problem = build('p', { id: 'room-name-problem', role: 'alert' });

  connectedCallback() {
    const form = build('form', { novalidate: true }, this.#input, this.#open, this.#private, this.#problem);
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

  render(page) {
    this.#page = page;
    this.#offer();
  }

  /** Whether it is to be private is asked of a room that is not there yet, as far as this person can see. */
  #offer() {
    const { identity: { account, mayMakeRooms }, list: { rooms } } = this.#page;
    const name = roomName(this.#input.value);
    this.#private.hidden = account === null || !mayMakeRooms || name === null || rooms.some((room) => room.name === name);
  }

  async #submit() {
    const name = roomName(this.#input.value);
    if (name === null) return this.#complain(this.#input.value.trim() !== '');
    const makes = !this.#private.hidden && this.#box.checked;
    if (makes && !(await attempt(this.#problem, () => ask(this, 'make-room', { room: name })))) return;
    this.#input.value = '';
    this.#box.checked = false;
    this.#complain(false);
    tell(this, 'open-room', { room: name });
  }

  #complain(isBad) {
    this.#problem.textContent = isBad ? t('room_name_rule', { count: LONGEST_ROOM_NAME }) : '';
    this.#input.setAttribute('aria-invalid', isBad);
    this.#open.hidden = this.#input.value.trim() === '';
    if (this.#page) this.#offer();
  }
}

export const registerRoomForm = () => customElements.define('room-form', RoomForm);
