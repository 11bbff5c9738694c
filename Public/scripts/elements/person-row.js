/**
 * <person-row role="listitem"></person-row>, made by <people-list>
 *
 * One person who is here.
 */
import { build } from '../lib/dom.js';
import { t } from '../lib/translate.js';

class PersonRow extends HTMLElement {
  #avatar = build('person-avatar');
  #name = build('span', { class: 'name', dir: 'auto' });
  #note = build('span', { class: 'note' });

  connectedCallback() {
    this.setAttribute('role', 'listitem');
    this.append(this.#avatar, this.#name, ' ', this.#note);
  }

  render({ name, isMe, isGuest }) {
    if (this.title !== name) {
      this.title = name;
      this.#avatar.setAttribute('name', name);
      this.#name.textContent = name;
    }
    const note = isMe ? t('person_you') : isGuest ? t('person_guest') : '';
    if (this.#note.textContent !== note) this.#note.textContent = note;
  }
}

export const registerPersonRow = () => customElements.define('person-row', PersonRow);
