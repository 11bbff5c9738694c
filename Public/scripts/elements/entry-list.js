/**
 * <entry-list></entry-list>, made by the sections of <account-dialog>
 *
 * Rows of a name, a note and a button: `show([{ key, name, note, label, act }])`. `act` does what the button says, and the list
 * is asked for anew by whoever filled it.
 */
import { build } from '../lib/dom.js';
import { attempt, button, problemLine } from '../lib/form.js';
import { t } from '../lib/translate.js';

class EntryList extends HTMLElement {
  #rows = build('ul');
  #problem = problemLine();

  connectedCallback() {
    this.append(this.#rows, this.#problem);
  }

  show(entries) {
    this.#rows.replaceChildren(...entries.map((entry) => this.#row(entry)));
    if (entries.length === 0) this.#rows.append(build('li', { class: 'hint' }, t('nothing_here')));
  }

  /** Shows what `load` brings, or why it brings nothing. */
  fill(load) {
    return attempt(this.#problem, async () => this.show(await load()));
  }

  #row({ name, note, label, act }) {
    const text = build('div', {}, build('span', { class: 'name', dir: 'auto' }, name), build('span', { class: 'hint' }, note));
    if (!act) return build('li', {}, text);
    return build('li', {}, text, button(label, { 'aria-label': `${label}: ${name}` }, async () => {
      // What has the focus goes away with its row.
      if (await attempt(this.#problem, act)) this.closest('details').querySelector('summary').focus();
    }));
  }
}

export const registerEntryList = () => customElements.define('entry-list', EntryList);
