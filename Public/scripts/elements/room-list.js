/**
 * <room-list id="rooms" popover role="navigation" data-renders></room-list>
 *
 * The rooms there are, newest activity first and of many the first, a field for any other, and one's account. A column where there
 * is room for it, else a drawer.
 */
import { roomRows } from '../room-list-state.js';
import { becomeDrawer } from '../lib/drawer.js';
import { ask, build, setText, tell } from '../lib/dom.js';
import { attempt, button, problemLine } from '../lib/form.js';
import { showRows } from '../lib/keyed-children.js';
import { t } from '../lib/translate.js';

class RoomList extends HTMLElement {
  #form = build('room-form');
  #account = build('account-button', { hidden: true });
  #rows = build('div', { class: 'rows', role: 'list' });
  #problem = problemLine();
  #more = button(t('show_more'), { class: 'quiet-button more', hidden: true }, () => this.#showMore());
  #count = build('p', { class: 'visually-hidden', role: 'status' });
  #hasMore = false; // has come, and is not shown yet
  #broughtIntoView = null;

  connectedCallback() {
    this.setAttribute('aria-label', t('rooms'));
    this.append(
      build('div', { class: 'heading' }, build('img', { src: '/icons/roomcast.svg', alt: '', width: 24, height: 24 }),
        build('h2', {}, 'Roomcast')),
      this.#form,
      build('div', { class: 'scroller' }, this.#rows, this.#problem, this.#more, this.#count),
      this.#account,
    );
    becomeDrawer(this);
    this.addEventListener('toggle', ({ newState }) => newState === 'open' && tell(this, 'refresh-rooms'));
  }

  render(page) {
    const { list, room, access, pending } = page;
    this.#form.render(page);
    this.#account.render(page);
    const rows = roomRows(list, room, pending).map((row) => ({ ...row, ...access[row.name] }));
    const before = this.#rows.children.length;
    showRows(this.#rows, rows, () => document.createElement('room-row'));
    if (this.#hasMore) this.#goOn(before);
    this.#more.hidden = !list.hasMore;
    this.#bringIntoView(room, list.known);
  }

  async #showMore() {
    const isDone = await attempt(this.#problem, () => ask(this, 'more-rooms'));
    this.#more.textContent = t(isDone ? 'show_more' : 'retry');
    this.#hasMore = isDone;
  }

  /** Reading goes on where the button was. */
  #goOn(before) {
    this.#hasMore = false;
    setText(this.#count, t('rooms_shown', { count: this.#rows.children.length }));
    (this.#rows.children[before] ?? this.#rows.lastElementChild).querySelector('a').focus();
  }

  /** Once for each room that is opened, and again when the others are known. */
  #bringIntoView(room, isWhole) {
    const row = [...this.#rows.children].find(({ key }) => key === room);
    const shown = `${room} ${isWhole}`;
    if (shown === this.#broughtIntoView || !row) return;
    this.#broughtIntoView = shown;
    row.scrollIntoView({ block: 'nearest' });
  }
}

export const registerRoomList = () => customElements.define('room-list', RoomList);
