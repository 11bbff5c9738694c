/**
 * <list-note role="listitem"></list-note>, made by <message-list>
 *
 * A quiet line between messages: a new day, where new messages begin, the room's beginning, a gap, or that something missed is being fetched.
 */
import { formatDay } from '../lib/dates.js';
import { setText } from '../lib/dom.js';
import { t } from '../lib/translate.js';

class ListNote extends HTMLElement {
  connectedCallback() {
    this.setAttribute('role', 'listitem');
  }

  render({ kind, day, reason }) {
    this.className = kind;
    const text = kind === 'day' ? formatDay(day) : t(kind === 'gap' ? `gap_${reason}` : `note_${kind}`);
    setText(this, text);
  }
}

export const registerListNote = () => customElements.define('list-note', ListNote);
