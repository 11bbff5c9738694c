/**
 * <person-row role="listitem"></person-row>, made by <people-list>
 *
 * One person who is here, or belongs here; with a button for those who may do something about them.
 */
import { build, setText, tell } from '../lib/dom.js';
import { t } from '../lib/translate.js';

class PersonRow extends HTMLElement {
  #avatar = build('person-avatar');
  #name = build('span', { class: 'name', dir: 'auto' });
  #note = build('span', { class: 'note' });
  #menu = build('button', { type: 'button', class: 'icon-button', hidden: true, 'aria-haspopup': 'dialog' },
    build('span', { class: 'icon dots' }));

  connectedCallback() {
    this.setAttribute('role', 'listitem');
    this.append(this.#avatar, build('div', { class: 'words' }, this.#name, ' ', this.#note), this.#menu);
    this.#menu.addEventListener('click', () => tell(this, 'open-person', { name: this.key }));
  }

  render({ name, isMe, isGuest, isAway = false, role, hasMenu }) {
    if (this.title !== name) {
      this.title = name;
      this.#avatar.setAttribute('name', name);
      this.#name.textContent = name;
      this.#menu.setAttribute('aria-label', t('person_menu', { name }));
    }
    this.classList.toggle('is-away', isAway);
    this.#menu.hidden = !hasMenu;
    const told = role && role !== 'member' ? t(`role_${role}`) : isGuest ? t('person_guest') : '';
    const note = isMe ? [t('person_you'), told].filter(Boolean).join(' ') : told;
    setText(this.#note, note);
  }
}

export const registerPersonRow = () => customElements.define('person-row', PersonRow);
