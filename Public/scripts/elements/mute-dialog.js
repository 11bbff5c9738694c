/**
 * <mute-dialog data-renders></mute-dialog>
 *
 * Who may not write in the room for a time, for those who moderate it: until when, and the way to end it.
 */
import { mayModerate } from '../access-state.js';
import { formatUntil } from '../lib/dates.js';
import { ask, build } from '../lib/dom.js';
import { buildDialog, openDialog } from '../lib/dialog.js';
import { t } from '../lib/translate.js';

class MuteDialog extends HTMLElement {
  #parts = buildDialog('mutes');
  #list = build('entry-list', { empty: t('mutes_none') });
  #page = null;
  #room = null;

  connectedCallback() {
    this.#parts.body.append(this.#list);
    this.#parts.dialog.addEventListener('close', () => this.#list.forget());
    this.append(this.#parts.dialog);
  }

  open() {
    this.#room = this.#page.room;
    this.#parts.title.textContent = t('mutes_of', { room: this.#room });
    openDialog(this.#parts.dialog);
    this.#load();
  }

  render(page) {
    this.#page = page;
    const isForThem = page.room === this.#room && mayModerate(page);
    if (this.#parts.dialog.open && !isForThem) this.#parts.dialog.close();
  }

  #load() {
    const room = this.#room;
    return this.#list.fill(async () => (await ask(this, 'list-mutes', { room })).map(({ user, until, by, why }) => ({
      name: user,
      note: [t('mute_until', { when: formatUntil(until) }), by && t('mute_by', { by }), why].filter(Boolean).join(' · '),
      label: t('mute_end'),
      done: t('mute_ended', { user }),
      act: async () => {
        await ask(this, 'end-mute', { room, user });
        await this.#load();
      },
    })));
  }
}

export const registerMuteDialog = () => customElements.define('mute-dialog', MuteDialog);
