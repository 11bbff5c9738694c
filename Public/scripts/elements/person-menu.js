/**
 * <person-menu data-renders></person-menu>
 *
 * What those who look after a room can do about a person in it.
 */
import { peopleOf } from '../page-state.js';
import { mayModerate, mayOwn } from '../access-state.js';
import { ask, build } from '../lib/dom.js';
import { buildDialog, openDialog } from '../lib/dialog.js';
import { attempt, button, field, problemLine } from '../lib/form.js';
import { LastAsked } from '../lib/last-asked.js';
import { own } from '../lib/own.js';
import { t } from '../lib/translate.js';

const ROLES = ['member', 'moderator', 'owner'];
const MUTES = { 10: 'mute_10', 60: 'mute_60', 1440: 'mute_1440' };

class PersonMenu extends HTMLElement {
  #parts = buildDialog('person');
  #roles = build('div', { class: 'group', role: 'group', 'aria-label': t('person_role') });
  #leave = button(t('person_remove'), {}, () => this.#change('set-role', { role: null }));
  #ban = button(t('person_ban'), { class: 'quiet-button danger' }, () => this.#change('set-role', { role: 'banned' }));
  #mutes = build('div', { class: 'group', role: 'group', 'aria-label': t('person_mute') });
  #muteTitle = build('h3', {}, t('person_mute'));
  #why = build('input', { maxlength: 200, autocomplete: 'off' });
  #problem = problemLine();
  #asked = new LastAsked();
  #name = '';
  #room = null;
  #page = null;

  connectedCallback() {
    for (const [minutes, label] of Object.entries(MUTES)) {
      this.#mutes.append(button(t(label), {}, () => this.#change('mute', { minutes: Number(minutes) })));
    }
    for (const role of ROLES) {
      this.#roles.append(button(t(`make_${role}`), { 'data-role': role }, () => this.#change('set-role', { role })));
    }
    this.#parts.body.append(this.#roles, this.#leave, field(t('reason'), this.#why, t('reason_hint')),
      this.#muteTitle, this.#mutes, this.#ban, this.#problem);
    this.append(this.#parts.dialog);
  }

  open(name) {
    this.#asked.forget();
    this.#name = name;
    this.#room = this.#page.room;
    this.render(this.#page);
    this.#why.value = '';
    this.#parts.title.textContent = name;
    openDialog(this.#parts.dialog);
  }

  render(page) {
    this.#page = page;
    if (this.#parts.dialog.open && !(page.room === this.#room && mayModerate(page))) this.#parts.dialog.close();
    const { members, roles } = peopleOf(page);
    const isAccount = members.includes(this.#name);
    const role = own(roles, this.#name);
    const isLeading = ['moderator', 'owner'].includes(role);
    this.#roles.hidden = !isAccount || !mayOwn(page);
    for (const choice of this.#roles.children) choice.hidden = choice.dataset.role === role;
    // Of those who look after the room themselves, only an owner decides.
    const isAbove = !mayOwn(page) && isLeading;
    // Nor do mutes concern them.
    for (const part of [this.#muteTitle, this.#mutes]) part.hidden = isLeading;
    this.#leave.hidden = !isAccount || !role || isAbove;
    this.#leave.textContent = t(role === 'banned' ? 'person_unban' : 'person_remove');
    this.#ban.hidden = !isAccount || role === 'banned' || isAbove;
  }

  async #change(type, detail) {
    const why = this.#why.value.trim() || undefined;
    const isLast = this.#asked.begin();
    const done = await attempt(this.#problem, () => ask(this, type, { room: this.#room, user: this.#name, why, ...detail }), isLast);
    if (done && isLast()) this.#parts.dialog.close();
  }
}

export const registerPersonMenu = () => customElements.define('person-menu', PersonMenu);
