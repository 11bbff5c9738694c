/**
 * <entry-list empty="Nobody is muted here."></entry-list>, made by the sections of <account-dialog>, and by <mute-dialog>
 *
 * Rows of a name, a note and a button: `fill(load)` shows the `[{ name, note, label, act, done }]` that `load` brings, or why it
 * brings nothing and a way to try again. `act` does what the button says, and fills the list anew; `done` is said then.
 */
import { build } from '../lib/dom.js';
import { refocus } from '../lib/dialog.js';
import { attempt, button, problemLine } from '../lib/form.js';
import { LastAsked } from '../lib/last-asked.js';
import { t } from '../lib/translate.js';

class EntryList extends HTMLElement {
  #rows = build('ul');
  #status = build('p', { class: 'hint', role: 'status' });
  #problem = problemLine();
  #retry = button(t('retry'), {}, () => this.fill(this.#load));
  #asked = new LastAsked();
  #load = null;

  connectedCallback() {
    this.append(this.#rows, this.#status, this.#problem);
  }

  async fill(load) {
    const isLast = this.#asked.begin();
    this.#load = load;
    const done = await attempt(this.#problem, async () => {
      const entries = await load();
      // Whoever opens the dialog next may be somebody else.
      if (isLast() && this.closest('dialog').open) this.#show(entries);
    }, isLast);
    if (isLast()) this.#offerRetry(!done);
  }

  /** Also what is still on its way. */
  forget() {
    this.#asked.forget();
    this.#rows.replaceChildren();
    this.#status.textContent = '';
    this.#offerRetry(false);
  }

  #show(entries) {
    this.#rows.replaceChildren(...entries.map((entry) => this.#row(entry)));
    if (entries.length === 0) this.#rows.append(build('li', { class: 'hint' }, this.getAttribute('empty') ?? t('nothing_here')));
  }

  #offerRetry(isOffered) {
    if (isOffered) return this.append(this.#retry);
    if (document.activeElement === this.#retry) refocus(this);
    this.#retry.remove();
  }

  #row({ name, note, label, act, done = '' }) {
    const text = build('div', {}, build('span', { class: 'name', dir: 'auto' }, name), build('span', { class: 'hint' }, note));
    if (!act) return build('li', {}, text);
    let isUnderWay = false;
    return build('li', {}, text, button(label, { 'aria-label': `${label}: ${name}` }, async () => {
      if (isUnderWay) return;
      isUnderWay = true;
      this.#status.textContent = '';
      if (await attempt(this.#problem, act)) {
        this.#status.textContent = done;
        // What had the focus has gone with its row; who has moved on meanwhile stays there.
        if (document.activeElement === document.body) refocus(this);
      }
      isUnderWay = false;
    }));
  }
}

export const registerEntryList = () => customElements.define('entry-list', EntryList);
