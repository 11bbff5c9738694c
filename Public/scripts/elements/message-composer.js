/**
 * <message-composer data-renders></message-composer>
 *
 * Where one writes: first a name, then messages. What is half written is kept for the room. Or why one cannot write here.
 */
import { whyReadOnly } from '../access-state.js';
import { NAME_PROBLEMS } from '../identity-state.js';
import { conversationOf } from '../page-state.js';
import { build, tell } from '../lib/dom.js';
import { isComposing, isTouchDevice, sendsMessage } from '../lib/keyboard.js';
import { snippet } from '../lib/message-text.js';
import { lastingStorage } from '../lib/storage.js';
import { textLimit } from '../lib/text-limit.js';
import { t } from '../lib/translate.js';

class MessageComposer extends HTMLElement {
  #touch = isTouchDevice();
  #nameForm = build('name-form', { hidden: true });
  #avatar = build('person-avatar');
  #rename = build('button', { type: 'button', class: 'rename' }, this.#avatar);
  #textarea = build('textarea', {
    rows: 1, dir: 'auto', 'aria-label': t('message'), 'aria-describedby': 'reply-words text-limit',
    enterkeyhint: this.#touch ? 'enter' : 'send',
  });
  #limit = build('span', { id: 'text-limit' });
  #replyWords = build('span', { class: 'words', id: 'reply-words', dir: 'auto' });
  #replyEnd = build('button', { type: 'button', class: 'icon-button', 'aria-label': t('reply_end'), title: t('reply_end') },
    build('span', { class: 'icon cross' }));
  #replying = build('div', { class: 'replying', hidden: true }, this.#replyWords, this.#replyEnd);
  #send = build('button', { type: 'submit', class: 'accent-button', 'aria-label': t('send'), title: t('send') },
    build('span', { class: 'icon send' }));
  #form = build('form', { hidden: true }, this.#rename,
    build('div', { class: 'field' }, this.#replying, this.#textarea, this.#limit, this.#send));
  #note = build('read-only-note', { hidden: true });
  #room = null;
  #replyTo = null;
  #user = null;
  #account = null;
  #hasChosen = false;
  #asks = true;
  #reason = null;
  #ending;
  #connection = null;

  connectedCallback() {
    this.append(this.#nameForm, this.#form, this.#note);
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#submit();
    });
    this.#textarea.addEventListener('input', () => {
      this.#written();
      if (this.#textarea.value.trim() !== '') tell(this, 'typed');
    });
    this.#textarea.addEventListener('keydown', (event) => {
      if (event.key === 'Escape' && !isComposing(event)) this.#endReply();
      if (!sendsMessage(event, { touch: this.#touch })) return;
      event.preventDefault();
      this.#submit();
    });
    this.#replyEnd.addEventListener('click', () => this.#endReply());
    this.#rename.addEventListener('click', () => (this.#account === null ? this.#askName() : tell(this, 'open-account')));
    this.#nameForm.addEventListener('name-chosen', () => {
      this.#hasChosen = true;
      this.#showForm(true);
    });
    this.#nameForm.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape' || isComposing(event) || !this.#user) return;
      this.#showForm(true);
      this.focus();
    });
  }

  render(page) {
    const { room, user, connection, identity: { account } } = page;
    if (room !== this.#room) this.#openRoom(room);
    this.#showReply(conversationOf(page).replyTo);
    if (user !== this.#user || account !== this.#account) this.#takeName(user, account);
    this.#explain(page);
    if (connection !== this.#connection && NAME_PROBLEMS.includes(connection.code) && account === null) this.#askName();
    this.#connection = connection;
  }

  focus() {
    if (this.#reason) this.#note.focus();
    else if (this.#asks) this.#nameForm.focus();
    else this.#textarea.focus();
  }

  #takeName(user, account) {
    this.#user = user;
    this.#account = account;
    this.#avatar.setAttribute('name', user);
    this.#rename.title = t(account === null ? 'rename' : 'account_open', { user });
    this.#rename.setAttribute('aria-label', this.#rename.title);
    this.#showForm(user !== '');
    // A keyboard that jumps up by itself is a nuisance, so on touch only an act of the person brings it.
    if (this.#hasChosen || (user && !this.#touch)) this.focus();
  }

  #openRoom(room) {
    this.#room = room;
    this.#textarea.placeholder = t('message_placeholder', { room });
    this.#textarea.value = lastingStorage.read(`draft.${room}`) ?? '';
    this.#written();
  }

  #showReply(message) {
    if (message === this.#replyTo) return;
    this.#replyTo = message;
    this.#replying.hidden = message === null;
    this.#replyWords.textContent = message === null ? '' : t('reply_to', { user: message.user, text: snippet(message) });
  }

  #endReply() {
    if (this.#replyTo !== null) tell(this, 'reply-to', { message: null });
  }

  /** The form for messages, or else the one for the name. */
  #showForm(shown) {
    this.#asks = !shown;
    this.#arrange();
  }

  #arrange() {
    this.#form.hidden = this.#asks || this.#reason !== null;
    this.#nameForm.hidden = !this.#asks || this.#reason !== null;
    this.#note.hidden = this.#reason === null || this.#reason.why === 'closed';
    if (!this.#form.hidden) fitHeight(this.#textarea);
  }

  #explain(page) {
    clearTimeout(this.#ending);
    const reason = whyReadOnly(page, Date.now());
    if (reason?.until) this.#ending = setTimeout(() => this.#explain(page), Math.min(Date.parse(reason.until) - Date.now() + 1, 2 ** 31 - 1));
    if (reason?.why === this.#reason?.why && reason?.until === this.#reason?.until) return;
    this.#reason = reason;
    if (reason) this.#note.render(reason);
    this.#arrange();
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

// As high as its text, up to what the style sheet allows. Measured while nothing else moves: Firefox would scroll the conversation up
// as soon as there is room for more of it.
function fitHeight(textarea) {
  const composer = textarea.closest('message-composer');
  composer.style.blockSize = `${composer.offsetHeight}px`;
  textarea.style.height = 'auto';
  textarea.style.height = `${textarea.scrollHeight}px`;
  composer.style.blockSize = '';
}

export const registerMessageComposer = () => customElements.define('message-composer', MessageComposer);
