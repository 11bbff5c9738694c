/**
 * <message-list data-renders>
 *   <div class="skeleton"></div>        shown until the first page of history is there
 * </message-list>
 *
 * The conversation. It stays at its end while the reader reads along, and where they are otherwise.
 */
import { accessOf, isClosed, mayDelete, whyReadOnly } from '../access-state.js';
import { conversationOf } from '../page-state.js';
import { newestKnown } from '../room-state.js';
import { conversationRows } from '../lib/conversation-rows.js';
import { build, tell } from '../lib/dom.js';
import { showRows } from '../lib/keyed-children.js';
import { ScrollKeeper } from '../lib/scroll-keeper.js';
import { t } from '../lib/translate.js';

/** With more, the earliest are let go while the reader is at the end: a tab may stay open for weeks. */
const MOST_MESSAGES = 400;

class MessageList extends HTMLElement {
  #older = build('history-edge', { part: 'older', hidden: true });
  #rows = build('div', { class: 'rows', role: 'list', hidden: true });
  #newer = build('history-edge', { part: 'newer', hidden: true });
  #empty = build('empty-room', { hidden: true });
  #closed = build('closed-room', { hidden: true });
  #jump = build('jump-to-latest', { hidden: true });
  #skeleton;
  #log;
  #keeper;
  #conversation = null;
  #attentive = true;
  #account = null;
  #deletion = null;
  #hasArrived = false;
  #wantsEnd = false;
  #focus = null;
  #lastSeenId = 0;

  connectedCallback() {
    this.#skeleton = this.querySelector('.skeleton');
    // Not a live region by itself: loading history would be read out. <message-announcer> speaks for it.
    this.#log = build('div', { class: 'log', role: 'log', 'aria-live': 'off', 'aria-label': t('messages'), tabindex: '0' },
      this.#skeleton, this.#older, this.#rows, this.#newer, this.#empty, this.#closed);
    this.append(this.#log, this.#jump);
    this.#keeper = new ScrollKeeper(this.#log, this.#rows, () => this.#moved());
  }

  /** Goes to the end, at once or as soon as it is loaded. */
  jumpToLatest() {
    this.#wantsEnd = true;
    this.#keeper.jumpToBottom();
  }

  render(page) {
    const conversation = conversationOf(page);
    // In the past only what is in trouble: the rest is soon where it belongs.
    const pending = page.pending.filter(({ room, state }) => room === page.room && (!conversation.hasMoreAfter || state !== 'sending'));
    const closed = isClosed(page, page.room) || page.connection.phase === 'closed';
    const isKnown = !closed && (conversation.loaded || pending.length > 0);
    // Also where it begins anew: as somebody else, or with another history.
    const isNew = conversation.room !== this.#conversation?.room || (this.#conversation.loaded && !conversation.loaded);
    if (isNew) this.#enter(conversation);
    this.#conversation = conversation;
    this.#attentive = page.attentive;
    this.#account = page.identity.account;
    this.#deletion = accessOf(page).deletion;
    this.#skeleton.hidden = closed || isKnown || conversation.whole === 'failed' || page.connection.phase === 'refused';
    const mayWrite = whyReadOnly(page, Date.now()) === null;
    const rows = (isKnown ? conversationRows({ ...conversation, pending }) : []).map((row) =>
      row.kind === 'message' ? { ...row, isRepliable: mayWrite && !row.message.deleted_at, isDeletable: mayDelete(page, row.message) } : row);
    if (isKnown && conversation.missed) rows.push({ key: 'missed', kind: 'missed' });
    this.#closed.hidden = !closed;
    if (closed) this.#closed.render(page);
    this.#keeper.keepWhile(() => this.#show(conversation, rows, isKnown, closed), { hasEnd: isKnown && !conversation.hasMoreAfter });
    if (conversation.loaded && !closed) this.#arrive();
    this.#moved();
  }

  #show(conversation, rows, isKnown, closed) {
    this.#older.render(conversation);
    this.#newer.render(conversation);
    if (closed) this.#older.hidden = this.#newer.hidden = true;
    this.#rows.hidden = rows.length === 0;
    this.#empty.hidden = !isKnown || rows.length > 0;
    if (!this.#empty.hidden) this.#empty.render({ ...conversation, account: this.#account, deletion: this.#deletion });
    const hadFocus = this.#rows.contains(document.activeElement);
    showRows(this.#rows, rows, ({ message }) => document.createElement(message ? 'message-row' : 'list-note'));
    // A row may go, or become another, under whoever is on it.
    if (hadFocus && !this.#rows.contains(document.activeElement)) this.#log.focus({ preventScroll: true });
  }

  #enter(conversation) {
    this.#hasArrived = false;
    this.#wantsEnd = false;
    this.#focus = null;
    this.#lastSeenId = newestKnown(conversation);
  }

  /** Once there is something to show: to the message that was asked for, or else to the end. */
  #arrive() {
    const { focus, whole, hasMoreAfter, messages } = this.#conversation;
    if (focus && focus !== this.#focus && whole !== 'loading') {
      this.#focus = focus;
      this.#showMessage(focus.id);
    } else if ((!this.#hasArrived && !focus) || (this.#wantsEnd && !hasMoreAfter)) {
      this.#wantsEnd = false;
      this.#keeper.jumpToBottom();
    }
    if (!this.#hasArrived) this.#lastSeenId = Math.max(this.#lastSeenId, messages.at(-1)?.id ?? 0);
    this.#hasArrived = true;
  }

  #showMessage(id) {
    for (const row of this.#rows.querySelectorAll('.is-target')) row.classList.remove('is-target');
    const rows = [...this.#rows.querySelectorAll('message-row[data-id]')];
    const row = rows.findLast((candidate) => Number(candidate.dataset.id) <= id) ?? rows[0];
    if (!row) return;
    row.classList.toggle('is-target', Number(row.dataset.id) === id);
    this.#keeper.show(row);
  }

  /** What arrives while the reader is elsewhere is counted, until they come back. */
  #moved() {
    if (!this.#conversation) return;
    const { room, loaded, messages, recent, hasMoreAfter } = this.#conversation;
    const { atEnd } = this.#keeper;
    if (atEnd && loaded) {
      const newest = newestKnown(this.#conversation);
      this.#lastSeenId = newest;
      if (messages.length > MOST_MESSAGES) tell(this, 'reading-along', { room });
      if (this.#attentive && newest > 0) tell(this, 'message-seen', { room, id: newest });
    }
    this.#jump.render({
      away: hasMoreAfter || (loaded && !atEnd),
      unseen: recent.filter(({ type, data }) => type === 'message' && data.id > this.#lastSeenId).length,
    });
  }
}

export const registerMessageList = () => customElements.define('message-list', MessageList);
