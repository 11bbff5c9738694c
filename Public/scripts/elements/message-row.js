/**
 * <message-row role="listitem"></message-row>, made by <message-list>
 *
 * One message, or one that is on its way. The first of a group shows its author.
 */
import { roomPath } from '../api.js';
import { formatMoment, formatTime } from '../lib/dates.js';
import { ask, build, tell } from '../lib/dom.js';
import { partsOf, snippet } from '../lib/message-text.js';
import { problemText } from '../lib/problem-text.js';
import { t } from '../lib/translate.js';

/** Of a row, what makes it look as it does. */
const SHOWN = ['message', 'opensGroup', 'quoted', 'isRepliable', 'isDeletable'];

class MessageRow extends HTMLElement {
  #shown = {};

  connectedCallback() {
    this.setAttribute('role', 'listitem');
  }

  render(row) {
    if (SHOWN.every((part) => row[part] === this.#shown[part])) return;
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

  *#parts({ kind, message, opensGroup, quoted, isRepliable, isDeletable }) {
    if (opensGroup) yield build('person-avatar', { name: message.user });
    yield this.#byline(message, opensGroup);
    if (message.reply_to) yield quote(message, quoted);
    yield this.#text(message);
    if (kind === 'pending') yield this.#delivery(message);
    const actions = [...(isRepliable ? [this.#reply(message)] : []), ...(isDeletable ? [this.#deletion(message)] : [])];
    if (actions.length > 0) yield* this.#withActions(actions);
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

  /** Out of the way until somebody points at the message, or comes by with the keyboard. */
  *#withActions(actions) {
    yield build('div', { class: 'actions' }, ...actions);
    // A finger does not come by first. Whoever listens finds the buttons themselves.
    const more = build('button', { type: 'button', class: 'more', tabindex: '-1', 'aria-hidden': 'true' }, build('span', { class: 'icon dots' }));
    more.addEventListener('click', () => actions[0].focus());
    yield more;
  }

  #reply(message) {
    const reply = this.#button(t('message_reply'), () => tell(this, 'reply-to', { message }));
    reply.classList.add('reply');
    reply.setAttribute('aria-label', t('message_reply_label', { user: message.user, text: snippet(message) }));
    return reply;
  }

  /** Asks once more by its own words, for as long as it has the focus. What is refused is said there, too. */
  #deletion({ room, id, user, text }) {
    const label = () => t('message_delete_label', { user, text: snippet({ text }) });
    const remove = this.#button(t('message_delete'), async (event) => {
      // The second half of a double click has confirmed nothing.
      if (event.detail > 1) return;
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
    return remove;
  }

  #button(label, onClick) {
    const button = build('button', { type: 'button', class: 'quiet-button' }, label);
    button.addEventListener('click', onClick);
    return button;
  }
}

/** Who and what was replied to; it leads there. `quoted` is undefined before it is known, and null when it is not to be had. */
function quote({ room, reply_to: id }, quoted) {
  const words = quoted === undefined ? '…' : quoted === null ? t('quote_gone') : quoted.deleted_at ? t('message_deleted') : snippet(quoted);
  const author = quoted?.user ? [build('span', { class: 'quoted-author', dir: 'auto' }, quoted.user), ' '] : [];
  const label = quoted?.user && t('quote_label', { user: quoted.user, text: words });
  return build('a', { class: 'quote', href: roomPath(room, id), 'aria-label': label },
    ...author, build('span', { class: 'quoted-text', dir: 'auto' }, words));
}

function elementOf({ kind, text, href }) {
  if (kind === 'text') return text;
  if (kind === 'link') return build('a', { href, dir: 'ltr', target: '_blank', rel: 'noopener noreferrer nofollow' }, text);
  return build('code', { class: kind === 'block' ? 'block' : undefined, dir: 'ltr' }, text);
}

/** The time leads to the message. Within a group it shows only under a pointer, and stays out of the tab order. */
function permalink(room, id, time, visible) {
  return build('a', { class: 'permalink', href: roomPath(room, id), tabindex: visible ? undefined : '-1' }, time);
}

export const registerMessageRow = () => customElements.define('message-row', MessageRow);
