/**
 * <copy-line text="curl …" label="Post"></copy-line>
 *
 * A line for a terminal, and a button that copies it. `label` tells several of them apart for those who listen.
 */
import { build } from '../lib/dom.js';
import { t } from '../lib/translate.js';

const CONFIRMATION_MS = 2_000;

class CopyLine extends HTMLElement {
  static observedAttributes = ['text'];
  #code = build('code', { tabindex: '0' });
  #label = build('span');
  #status = build('span', { role: 'status', class: 'visually-hidden' });
  #fading;

  connectedCallback() {
    const button = build('button', { type: 'button', class: 'quiet-button' },
      build('span', { class: 'icon copy' }), this.#label);
    button.addEventListener('click', () => this.#copy());
    this.#label.textContent = t('copy');
    if (this.hasAttribute('label')) button.setAttribute('aria-label', t('copy_what', { what: this.getAttribute('label') }));
    this.append(this.#code, button, this.#status);
  }

  attributeChangedCallback(_, __, text) {
    this.#code.textContent = text;
  }

  async #copy() {
    const copied = (await writeToClipboard(this.getAttribute('text'))) || copySelection(this.#code);
    this.#say(t(copied ? 'copied' : 'copy_by_hand'));
    clearTimeout(this.#fading);
    this.#fading = setTimeout(() => this.#say(''), CONFIRMATION_MS);
  }

  #say(status) {
    this.#label.textContent = status || t('copy');
    this.#status.textContent = status;
  }
}

async function writeToClipboard(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

// On plain http there is no clipboard; the old way still works there, and leaves the line selected if it does not.
function copySelection(element) {
  getSelection().selectAllChildren(element);
  return document.execCommand('copy');
}

export const registerCopyLine = () => customElements.define('copy-line', CopyLine);
