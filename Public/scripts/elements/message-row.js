/**
 * <message-row role="listitem"></message-row>, made by <message-list>
 *
 * One message, or one that is on its way. The first of a group shows its author.
 */
import { roomPath } from '../api.js';
import { formatMoment, formatTime } from '../lib/dates.js';
import { ask, build, tell } from '../lib/dom.js';
import { partsOf } from '../lib/message-text.js';
import { problemText } from '../lib/problem-text.js';
import { t } from '../lib/translate.js';

class MessageRow extends HTMLElement {
  #shown = {};

  connectedCallback() {
    this.setAttribute('role', 'listitem');
  }

  render(row) {
    if (row.message === this.#shown.message && row.opensGroup === this.#shown.opensGroup
      && row.isDeletable === this.#shown.isDeletable) return;
    this.#shown = row;
    const { message } = row;
    this.classList.toggle('opens-group', row.opensGroup);
    this.classList.toggle('is-deleted', Boolean(message.deleted_at));
    this.dataset.delivery = row.kind === 'pending' ? message.state : 'sent';
    if (message.id) this.dataset.id = message.id;
    const hadFocus = this.contains(document.activeElement);
    this.replaceChildren(...this.#parts(row));
    // The button that was pressed is gone.
    if (hadFocus) this.closest('[role=log]').focus({ preventScroll: true });
  }

  *#parts({ kind, message, opensGroup, isDeletable }) {
    if (opensGroup) yield build('person-avatar', { name: message.user });
    yield this.#byline(message, opensGroup);
    yield this.#text(message);
    if (kind === 'pending') yield this.#delivery(message);
    if (isDeletable) yield* this.#deletion(message);
  }

  #byline({ id, room, user, sent_at }, visible) {
    const time = build('time', { datetime: sent_at, title: formatMoment(sent_at) }, formatTime(sent_at));
    const author = build('span', { class: visible ? 'author' : 'author visually-hidden', dir: 'auto' }, user || t('you'));
    return build('div', { class: 'byline' }, author, ' ', id ? permalink(room, id, time, visible) : time);
  }

  #text({ text, edited_at, deleted_at }) {
    if (deleted_at) return build('p', { class: 'text' }, t('message_deleted'));
    const paragraph = build('p', { class: 'text', dir: 'auto' }, ...partsOf(text).map(elementOf));
    if (edited_at) paragraph.append(' ', build('span', { class: 'edited' }, t('message_edited')));
    return paragraph;
  }

  #delivery({ client_id: clientId, state, until, user, reason: message, code }) {
    const reason = state === 'failed' && problemText({ code, status: 0, message, values: { user: user || t('you') } });
    const words = state === 'waiting' && until ? t('delivery_slow', { time: formatTime(until) }) : t(`delivery_${state}`, { reason });
    const delivery = build('div', { class: 'delivery' }, build('span', {}, words));
    if (state === 'failed') {
      delivery.append(
        this.#button(t(code === 'other_identity' ? 'delivery_anyway' : 'delivery_retry'), () => tell(this, 'retry-message', { clientId })),
        this.#button(t('delivery_remove'), () => tell(this, 'remove-message', { clientId })),
      );
    }
    return delivery;
  }

  /** Asks once more by its own words, for as long as it has the focus. What is refused is said there, too. */
  *#deletion({ room, id, user, text }) {
    const label = () => t('message_delete_label', { user, text: text.slice(0, 60) });
    const remove = this.#button(t('message_delete'), async () => {
      if (!remove.hasAttribute('data-sure')) {
        remove.toggleAttribute('data-sure', true);
        remove.removeAttribute('aria-label');
        remove.textContent = t('message_delete_sure');
        // Safari does not by itself, and would never take it back.
        remove.focus();
        return;
      }
      try {
        await ask(this, 'delete-message', { room, id });
      } catch (problem) {
        remove.textContent = problemText(problem);
      }
    });
    remove.classList.add('delete');
    remove.setAttribute('aria-label', label());
    remove.addEventListener('blur', () => {
      remove.removeAttribute('data-sure');
      remove.setAttribute('aria-label', label());
      remove.textContent = t('message_delete');
    });
    yield remove;
    // A finger does not come by first. Whoever listens finds the button itself.
    const more = build('button', { type: 'button', class: 'more', tabindex: '-1', 'aria-hidden': 'true' }, build('span', { class: 'icon dots' }));
    more.addEventListener('click', () => remove.focus());
    yield more;
  }

  #button(label, onClick) {
    const button = build('button', { type: 'button', class: 'quiet-button' }, label);
    button.addEventListener('click', onClick);
    return button;
  }
}

function elementOf({ kind, text, href }) {
  if (kind === 'text') return text;
  if (kind === 'link') return build('a', { href, target: '_blank', rel: 'noopener noreferrer nofollow' }, text);
  return build('code', { class: kind === 'block' ? 'block' : undefined, dir: 'ltr' }, text);
}

/** The time leads to the message. Within a group it shows only under a pointer, and stays out of the tab order. */
function permalink(room, id, time, visible) {
  return build('a', { class: 'permalink', href: roomPath(room, id), tabindex: visible ? undefined : '-1' }, time);
}

export const registerMessageRow = () => customElements.define('message-row', MessageRow);
