/**
 * <room-header role="banner" data-renders></room-header>
 *
 * The room's title or name, what it is about, and whether the page is live, and the ways to what has no column of its own on a small screen. Also why
 * there is no connection, if the server refused.
 */
import { accessOf, mayOwn } from '../access-state.js';
import { peopleOf } from '../page-state.js';
import { roomRows } from '../room-list-state.js';
import { build, setText, tell } from '../lib/dom.js';
import { problemText } from '../lib/problem-text.js';
import { t } from '../lib/translate.js';

class RoomHeader extends HTMLElement {
  #rooms = build('button', { type: 'button', class: 'icon-button rooms-button', popovertarget: 'rooms' },
    build('span', { class: 'icon menu' }));
  #name = build('h1', { dir: 'auto' });
  #lock = build('span', {
    class: 'icon lock', role: 'img', 'aria-label': t('room_private'), title: t('room_private'), hidden: true,
  });
  #topic = build('p', { class: 'topic', dir: 'auto', hidden: true });
  #settings = build('button', {
    type: 'button', class: 'icon-button', 'aria-label': t('room_settings'), title: t('room_settings'), hidden: true,
  }, build('span', { class: 'icon gear' }));
  #live = build('span', { class: 'live' }, build('span', { class: 'dot' }), build('span', { class: 'word' }));
  #terminal = build('button', { type: 'button', class: 'icon-button', popovertarget: 'terminal', 'aria-label': t('terminal_open'), title: t('terminal_open') },
    build('span', { class: 'icon terminal' }));
  #count = build('span');
  #people = build('button', { type: 'button', class: 'icon-button people-button', popovertarget: 'people' },
    build('span', { class: 'icon people' }), this.#count);
  #trouble = build('p', { class: 'trouble', role: 'alert', hidden: true });

  connectedCallback() {
    this.append(
      build('div', { class: 'bar' }, this.#rooms, this.#lock, this.#name, this.#live, this.#settings, this.#terminal, this.#people),
      this.#topic,
      this.#trouble,
    );
    this.#settings.addEventListener('click', () => tell(this, 'open-room-settings'));
    this.#live.lastElementChild.textContent = t('connection_live');
  }

  render(page) {
    const { room, connection: { phase, detail, code } } = page;
    const refused = phase === 'refused';
    const rows = roomRows(page.list, room, page.pending);
    const [hasNews, hasUnsent] = [rows.some((row) => row.hasNews), rows.some((row) => row.unsent > 0)];
    const { count } = peopleOf(page);
    this.dataset.phase = phase;
    const { title, topic = '', visibility } = accessOf(page);
    setText(this.#name, title ?? room);
    this.#name.title = room;
    this.#lock.hidden = visibility !== 'private';
    this.#settings.hidden = !mayOwn(page);
    this.#topic.hidden = topic === '';
    setText(this.#topic, topic);
    this.#topic.title = topic;
    this.#rooms.classList.toggle('has-news', hasNews);
    this.#rooms.classList.toggle('has-unsent', hasUnsent);
    label(this.#rooms, t(hasUnsent ? 'rooms_open_unsent' : hasNews ? 'rooms_open_news' : 'rooms_open'));
    setText(this.#count, count > 0 ? t('number', { count }) : '');
    label(this.#people, t('people_open', { count }));
    this.#trouble.hidden = !refused;
    setText(this.#trouble, refused ? t('connection_refused_detail', { detail: problemText({ code, status: 0, message: detail }) }) : '');
  }
}

function label(button, text) {
  if (button.title === text) return;
  button.title = text;
  button.setAttribute('aria-label', text);
}

export const registerRoomHeader = () => customElements.define('room-header', RoomHeader);
