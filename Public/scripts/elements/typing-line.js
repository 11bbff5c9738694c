/**
 * <typing-line data-renders></typing-line>
 *
 * Who is writing just now. It has its place also when nobody is, so that nothing moves; and it is no live region: being
 * told each time would be a nuisance to those who listen.
 */
import { build, setText } from '../lib/dom.js';
import { typingText } from '../lib/typing-text.js';

class TypingLine extends HTMLElement {
  #text = build('p', { dir: 'auto' });

  connectedCallback() {
    this.append(this.#text);
  }

  render({ typing, room, me }) {
    const users = typing.filter((entry) => entry.room === room && entry.user !== me).map(({ user }) => user);
    const text = typingText(users);
    setText(this.#text, text);
  }
}

export const registerTypingLine = () => customElements.define('typing-line', TypingLine);
