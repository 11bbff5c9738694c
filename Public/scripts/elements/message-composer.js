/**
 * <message-composer data-renders></message-composer>
 *
 * Where one writes: first a name, then messages. What is half written is kept for the room.
 */
import { build, tell } from '../lib/dom.js';
import { isComposing, isTouchDevice, sendsMessage } from '../lib/keyboard.js';
import { lastingStorage } from '../lib/storage.js';
import { textLimit } from '../lib/text-limit.js';
import { t } from '../lib/translate.js';

/** Refusals that another name would mend. */
const NAME_PROBLEMS = ['name_taken', 'bad_user_name'];

class MessageComposer extends HTMLElement {
  #touch = isTouchDevice();
  #nameForm = build('name-form', { hidden: true });
  #avatar = build('person-avatar');
  #rename = build('button', { type: 'button', class: 'rename' }, this.#avatar);
  #textarea = build('textarea', {
    rows: 1, dir: 'auto', 'aria-label': t('message'), 'aria-describedby': 'text-limit',
    enterkeyhint: this.#touch ? 'enter' : 'send',
  });
  #limit = build('span', { id: 'text-limit' });
  #send = build('button', { type: 'submit', class: 'accent-button', 'aria-label': t('send'), title: t('send') },
    build('span', { class: 'icon send' }));
  #form = build('form', { hidden: true }, this.#rename,
    build('div', { class: 'field' }, this.#textarea, this.#limit, this.#send));
  #room = null;
  #user = null;
  #connection = null;

  connectedCallback() {
    this.append(this.#nameForm, this.#form);
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#submit();
    });
    this.#textarea.addEventListener('input', () => {
      this.#written();
      if (this.#textarea.value.trim() !== '') tell(this, 'typed');
    });
    this.#textarea.addEventListener('keydown', (event) => {
      if (!sendsMessage(event, { touch: this.#touch })) return;
      event.preventDefault();
      this.#submit();
    });
    this.#rename.addEventListener('click', () => this.#askName());
    this.#nameForm.addEventListener('choose-name', () => this.#showForm(true));
    this.#nameForm.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape' || isComposing(event) || !this.#user) return;
      this.#showForm(true);
      this.focus();
    });
  }

  render({ room, user, connection }) {
    if (room !== this.#room) this.#openRoom(room);
    if (user !== this.#user) this.#takeName(user);
    if (connection !== this.#connection && NAME_PROBLEMS.includes(connection.code)) this.#askName();
    this.#connection = connection;
  }

  focus() {
    if (this.#form.hidden) this.#nameForm.focus();
    else this.#textarea.focus();
  }

  #takeName(user) {
    const justNamed = this.#user !== null && user !== '';
    this.#user = user;
    this.#avatar.setAttribute('name', user);
    this.#rename.title = t('rename', { user });
    this.#rename.setAttribute('aria-label', t('rename', { user }));
    this.#showForm(user !== '');
    // A keyboard that jumps up by itself is a nuisance, so on touch only an act of the person brings it.
    if (justNamed || (user && !this.#touch)) this.focus();
  }

  #openRoom(room) {
    this.#room = room;
    this.#textarea.placeholder = t('message_placeholder', { room });
    this.#textarea.value = lastingStorage.read(`draft.${room}`) ?? '';
    this.#written();
  }

  /** The form for messages, or else the one for the name. */
  #showForm(shown) {
    this.#form.hidden = !shown;
    this.#nameForm.hidden = shown;
    if (shown) fitHeight(this.#textarea);
  }

  #askName() {
    this.#showForm(false);
    this.#nameForm.ask(this.#user);
    this.#nameForm.focus();
  }

  #submit() {
    const text = this.#textarea.value.trimEnd();
    if (text === '' || textLimit(text).over) return;
    this.#textarea.value = '';
    this.#written();
    this.#textarea.focus();
    tell(this, 'send-message', { text });
  }

  #written() {
    const text = this.#textarea.value;
    lastingStorage.write(`draft.${this.#room}`, text);
    const { left, near, over } = textLimit(text.trimEnd());
    this.#limit.textContent = over ? t('limit_over', { count: -left }) : near ? t('limit_left', { count: left }) : '';
    this.#textarea.setAttribute('aria-invalid', over);
    this.#send.disabled = over || text.trim() === '';
    fitHeight(this.#textarea);
  }
}

// As high as its text, up to what the style sheet allows.
function fitHeight(textarea) {
  textarea.style.height = 'auto';
  textarea.style.height = `${textarea.scrollHeight}px`;
}

export const registerMessageComposer = () => customElements.define('message-composer', MessageComposer);
