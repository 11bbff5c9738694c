/**
 * <room-header role="banner" data-renders></room-header>
 *
 * The room's name and whether the page is live, and the ways to what has no column of its own on a small screen. Also why
 * there is no connection, if the server refused.
 */
import { peopleOf } from '../page-state.js';
import { roomRows } from '../room-list-state.js';
import { build } from '../lib/dom.js';
import { t } from '../lib/translate.js';

class RoomHeader extends HTMLElement {
  #rooms = build('button', { type: 'button', class: 'icon-button rooms-button', popovertarget: 'rooms' },
    build('span', { class: 'icon menu' }));
  #name = build('h1', { dir: 'auto' });
  #live = build('span', { class: 'live' }, build('span', { class: 'dot' }), build('span', { class: 'word' }));
  #terminal = build('button', { type: 'button', class: 'icon-button', popovertarget: 'terminal', 'aria-label': t('terminal_open'), title: t('terminal_open') },
    build('span', { class: 'icon terminal' }));
  #count = build('span');
  #people = build('button', { type: 'button', class: 'icon-button people-button', popovertarget: 'people' },
    build('span', { class: 'icon people' }), this.#count);
  #trouble = build('p', { class: 'trouble', role: 'alert', hidden: true });

  connectedCallback() {
    this.append(
      build('div', { class: 'bar' }, this.#rooms, this.#name, this.#live, this.#terminal, this.#people),
      this.#trouble,
    );
    this.#live.lastElementChild.textContent = t('connection_live');
  }

  render(page) {
    const { room, connection: { phase, detail } } = page;
    const refused = phase === 'refused';
    const hasNews = roomRows(page.list, room).some((row) => row.hasNews);
    const { count } = peopleOf(page);
    this.dataset.phase = phase;
    setText(this.#name, room);
    this.#name.title = room;
    this.#rooms.classList.toggle('has-news', hasNews);
    label(this.#rooms, t(hasNews ? 'rooms_open_news' : 'rooms_open'));
    setText(this.#count, count > 0 ? t('number', { count }) : '');
    label(this.#people, t('people_open', { count }));
    this.#trouble.hidden = !refused;
    setText(this.#trouble, refused ? t('connection_refused_detail', { detail }) : '');
  }
}

function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function label(button, text) {
  if (button.title === text) return;
  button.title = text;
  button.setAttribute('aria-label', text);
}

export const registerRoomHeader = () => customElements.define('room-header', RoomHeader);
