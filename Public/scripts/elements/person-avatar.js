/**
 * <person-avatar name="Ann Lee"></person-avatar>
 *
 * A round of initials in the name's own hue. Only decoration: the name itself always stands beside it.
 */
import { hueOf, initials } from '../lib/person.js';

class PersonAvatar extends HTMLElement {
  static observedAttributes = ['name'];

  connectedCallback() {
    this.setAttribute('aria-hidden', 'true');
  }

  attributeChangedCallback(_, __, name) {
    this.textContent = initials(name);
    this.style.setProperty('--hue', hueOf(name));
  }
}

export const registerPersonAvatar = () => customElements.define('person-avatar', PersonAvatar);
