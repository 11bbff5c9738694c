/**
 * <room-header role="banner" data-renders>
 *   <connection-state></connection-state>
 * </room-header>
 *
 * The room's name, beside the connection's state, and why there is none if the server refused.
 */
import { build } from '../lib/dom.js';
import { t } from '../lib/translate.js';

class RoomHeader extends HTMLElement {
  #name = build('h1', { dir: 'auto' });
  #trouble = build('p', { class: 'trouble', role: 'alert', hidden: true });

  connectedCallback() {
    this.prepend(this.#name);
    this.append(this.#trouble);
  }

  render({ room, connection: { phase, detail } }) {
    const refused = phase === 'refused';
    if (this.#name.textContent !== room) this.#name.textContent = room;
    this.#trouble.hidden = !refused;
    this.#trouble.textContent = refused ? t('connection_refused_detail', { detail }) : '';
  }
}

export const registerRoomHeader = () => customElements.define('room-header', RoomHeader);
