/**
 * <room-row role="listitem"></room-row>, made by <room-list>
 *
 * A link to a room, with what is new in it or else how long ago something happened there; and whether something was not sent to it.
 */
import { roomPath } from '../api.js';
import { formatAgo, formatMoment } from '../lib/dates.js';
import { build, setText, tell } from '../lib/dom.js';
import { t } from '../lib/translate.js';

const MOST_COUNTED = 99;

class RoomRow extends HTMLElement {
  #lock = build('span', { class: 'icon lock', hidden: true });
  #name = build('span', { class: 'name', dir: 'auto' });
  #unsent = build('span', { class: 'unsent', hidden: true }, '!');
  #when = build('span', { class: 'when' });
  #news = build('span', { class: 'news', hidden: true });
  #link = build('a', {}, this.#name, this.#lock, ' ', this.#unsent, this.#when, this.#news);

  connectedCallback() {
    this.setAttribute('role', 'listitem');
    this.append(this.#link);
    this.#link.addEventListener('click', (event) => {
      if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
      event.preventDefault();
      tell(this, 'open-room', { room: this.key });
    });
  }

  render({ name, title: label = name, visibility, last_at: lastAt, count, current, unread, hasNews, unsent }) {
    const isPrivate = visibility === 'private';
    setText(this.#name, label);
    this.#lock.hidden = !isPrivate;
    setText(this.#when, lastAt && !hasNews ? formatAgo(lastAt) : '');
    this.#unsent.hidden = unsent === 0;
    this.#news.hidden = !hasNews;
    this.#news.classList.toggle('is-counted', unread > 0);
    setText(this.#news, unread > MOST_COUNTED ? `${MOST_COUNTED}+` : unread > 0 ? t('number', { count: unread }) : '');
    this.#link.classList.toggle('has-news', hasNews);
    this.#link.href = roomPath(name);
    if (current) this.#link.setAttribute('aria-current', 'page');
    else this.#link.removeAttribute('aria-current');
    const shown = label === name ? name : `${label} (${name})`;
    const parts = [shown, unsent > 0 && t('room_unsent', { count: unsent }), isPrivate && t('room_private'),
      hasNews && (unread > 0 ? t('room_unread', { count: unread }) : t('room_has_news')),
      count > 0 && t('people_here', { count }), lastAt && formatMoment(lastAt)];
    const title = parts.filter(Boolean).join(' · ');
    if (this.#link.title === title) return;
    this.#link.title = title;
    this.#link.setAttribute('aria-label', [shown, ...parts.slice(1, 5).filter(Boolean)].join(', '));
  }
}

export const registerRoomRow = () => customElements.define('room-row', RoomRow);
