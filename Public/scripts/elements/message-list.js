/**
 * <message-list data-renders>
 *   <div class="skeleton"></div>        shown until the first page of history is there
 * </message-list>
 *
 * The conversation. It stays at its end while the reader reads along, and where they are otherwise.
 */
import { conversationRows } from '../lib/conversation-rows.js';
import { build, tell } from '../lib/dom.js';
import { showRows } from '../lib/keyed-children.js';
import { ScrollKeeper } from '../lib/scroll-keeper.js';
import { t } from '../lib/translate.js';

/** With more, the earliest are let go while the reader is at the end: a tab may stay open for weeks. */
const MOST_MESSAGES = 400;

class MessageList extends HTMLElement {
  #edge = build('history-edge', { hidden: true });
  #rows = build('div', { class: 'rows', role: 'list', hidden: true });
  #empty = build('empty-room', { hidden: true });
  #jump = build('jump-to-latest', { hidden: true });
  #skeleton;
  #keeper;
  #messages = [];
  #lastSeenId = null;

  connectedCallback() {
    this.#skeleton = this.querySelector('.skeleton');
    // Not a live region by itself: loading history would be read out. <message-announcer> speaks for it.
    const log = build('div', { class: 'log', role: 'log', 'aria-live': 'off', 'aria-label': t('messages'), tabindex: '0' },
      this.#skeleton, this.#edge, this.#rows, this.#empty);
    this.append(log, this.#jump);
    this.#keeper = new ScrollKeeper(log, this.#rows, () => this.#moved());
  }

  jumpToLatest() {
    this.#keeper.jumpToBottom();
  }

  render(state) {
    const known = state.cursor !== null || state.pending.length > 0;
    if (known || state.connection.phase === 'refused') this.#skeleton.remove();
    if (!known) return;
    const rows = conversationRows(state);
    if (state.missed) rows.push({ key: 'missed', kind: 'missed' });
    this.#messages = state.messages;
    this.#keeper.keepWhile(() => {
      this.#edge.render(state);
      this.#rows.hidden = rows.length === 0;
      this.#empty.hidden = rows.length > 0;
      if (rows.length === 0) this.#empty.render(state);
      showRows(this.#rows, rows, ({ message }) => document.createElement(message ? 'message-row' : 'list-note'));
    });
    this.#moved();
  }

  /** What arrives while the reader is elsewhere is counted, until they come back. */
  #moved() {
    const newest = this.#messages.at(-1)?.id ?? 0;
    if (this.#keeper.atBottom) {
      this.#lastSeenId = newest;
      if (this.#messages.length > MOST_MESSAGES) tell(this, 'reading-along');
    }
    this.#jump.render({
      away: !this.#keeper.atBottom,
      unseen: this.#messages.filter(({ id }) => id > this.#lastSeenId).length,
    });
  }
}

export const registerMessageList = () => customElements.define('message-list', MessageList);
