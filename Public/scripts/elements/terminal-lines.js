/**
 * <terminal-lines id="terminal" popover role="dialog" data-renders></terminal-lines>
 *
 * The room from a terminal: ready lines to post to it, follow it and look back in it.
 */
import { curlLines } from '../lib/curl-lines.js';
import { build } from '../lib/dom.js';
import { t } from '../lib/translate.js';

class TerminalLines extends HTMLElement {
  #lines = Object.fromEntries(['post', 'follow', 'history'].map((kind) => [kind, build('copy-line')]));

  connectedCallback() {
    this.setAttribute('aria-label', t('terminal'));
    this.append(build('h2', {}, t('terminal')));
    for (const [kind, line] of Object.entries(this.#lines)) {
      line.setAttribute('label', t(`terminal_${kind}`));
      this.append(build('h3', {}, t(`terminal_${kind}`)), line);
    }
  }

  render({ room, user, identity: { account } }) {
    const texts = curlLines({ origin: location.origin, room, user, account, greeting: t('empty_greeting') });
    for (const [kind, line] of Object.entries(this.#lines)) {
      if (line.getAttribute('text') !== texts[kind]) line.setAttribute('text', texts[kind]);
    }
  }
}

export const registerTerminalLines = () => customElements.define('terminal-lines', TerminalLines);
