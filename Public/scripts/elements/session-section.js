/**
 * <session-section></session-section>, made by <account-dialog>
 *
 * Where one is signed in.
 */
import { agentName } from '../lib/agent-name.js';
import { formatShort } from '../lib/dates.js';
import { ask, build } from '../lib/dom.js';
import { t } from '../lib/translate.js';

class SessionSection extends HTMLElement {
  #list = build('entry-list');

  connectedCallback() {
    this.append(this.#list);
  }

  load() {
    return this.#list.fill(async () => {
      const { sessions } = await ask(this, 'list-sessions');
      return sessions.map(({ id, agent, started_at: startedAt, current }) => ({
        name: agentName(agent) || t('session_unknown'),
        note: t(current ? 'session_this' : 'session_since', { when: formatShort(startedAt) }),
        label: t('session_end'),
        act: current ? null : async () => {
          await ask(this, 'end-session', { id });
          await this.load();
        },
      }));
    });
  }

  forget() {
    this.#list.forget();
  }
}

export const registerSessionSection = () => customElements.define('session-section', SessionSection);
