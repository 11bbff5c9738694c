/**
 * <read-only-note></read-only-note>, made by <message-composer>
 *
 * Why nothing can be written here, in the place of the field for it.
 */
import { formatUntil } from '../lib/dates.js';
import { build, setText, tell } from '../lib/dom.js';
import { button } from '../lib/form.js';
import { t } from '../lib/translate.js';

class ReadOnlyNote extends HTMLElement {
  #text = build('p', { role: 'status' });
  #signIn = button(t('sign_in'), {}, () => tell(this, 'open-sign-in'));

  connectedCallback() {
    this.append(this.#text, this.#signIn);
  }

  focus() {
    this.#signIn.focus();
  }

  render({ why, until }) {
    const text = t(`read_only_${why}`, { until: until && formatUntil(until) });
    setText(this.#text, text);
    this.#signIn.hidden = why !== 'guests';
  }
}

export const registerReadOnlyNote = () => customElements.define('read-only-note', ReadOnlyNote);
