/**
 * <audit-section></audit-section>, made by <room-settings> and <account-dialog>
 *
 * What was done by those who look after a room, or after the server: the latest first, a page at a time.
 */
import { auditText } from '../lib/audit-text.js';
import { formatMoment, formatShort } from '../lib/dates.js';
import { refocus } from '../lib/dialog.js';
import { ask, build } from '../lib/dom.js';
import { attempt, button, problemLine } from '../lib/form.js';
import { LastAsked } from '../lib/last-asked.js';
import { t } from '../lib/translate.js';

class AuditSection extends HTMLElement {
  #rows = build('ul');
  #status = build('p', { role: 'status' });
  #problem = problemLine();
  #more = button(t('show_more'), { hidden: true }, () => this.#showMore());
  #asked = new LastAsked();
  #room = null;
  #earliest = null; // of what is shown

  connectedCallback() {
    this.append(this.#rows, this.#status, this.#problem, this.#more);
  }

  /** Of a room, or without one of the server. */
  load({ room = null }) {
    this.forget();
    this.#room = room;
    return this.#showMore();
  }

  forget() {
    this.#asked.forget();
    this.#rows.replaceChildren();
    this.#earliest = null;
    this.#status.textContent = '';
    this.#more.hidden = true;
  }

  async #showMore() {
    const isLast = this.#asked.begin();
    const done = await attempt(this.#problem, async () => {
      const page = await ask(this, 'list-audit', { room: this.#room, before: this.#earliest });
      if (isLast()) this.#show(page);
    }, isLast);
    if (done || !isLast()) return;
    this.#more.textContent = t('retry');
    this.#more.hidden = false;
  }

  #show({ audit, has_more: hasMore }) {
    const rows = audit.map(auditRow);
    const isAsked = document.activeElement === this.#more;
    this.#rows.append(...rows);
    this.#earliest = audit.at(-1)?.id ?? this.#earliest;
    // Reading goes on where the button was, which may be gone.
    if (isAsked && rows.length > 0) rows[0].focus();
    else if (isAsked) refocus(this);
    this.#more.textContent = t('show_more');
    this.#more.hidden = !hasMore;
    const count = this.#rows.children.length;
    this.#status.className = count > 0 ? 'visually-hidden' : 'hint';
    this.#status.textContent = count > 0 ? t('audit_shown', { count }) : t('audit_none');
  }
}

function auditRow(entry) {
  const row = build('li', { tabindex: '-1' }, build('p', { dir: 'auto' }, auditText(entry)));
  if (entry.why) row.append(build('p', { class: 'why', dir: 'auto' }, t('audit_why', { why: entry.why })));
  row.append(build('time', { class: 'hint', datetime: entry.at, title: formatMoment(entry.at) }, formatShort(entry.at)));
  return row;
}

export const registerAuditSection = () => customElements.define('audit-section', AuditSection);
