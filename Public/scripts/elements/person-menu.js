/**
 * <person-menu data-renders></person-menu>
 *
 * What those who look after a room can do about a person in it.
 */
import { peopleOf } from '../page-state.js';
import { mayOwn } from '../access-state.js';
import { ask, build } from '../lib/dom.js';
import { buildDialog, openDialog } from '../lib/dialog.js';
import { attempt, button, field, problemLine } from '../lib/form.js';
import { t } from '../lib/translate.js';

const ROLES = ['member', 'moderator', 'owner'];
const MUTES = { 10: 'mute_10', 60: 'mute_60', 1440: 'mute_1440' };

class PersonMenu extends HTMLElement {
  #parts = buildDialog('person');
  #roles = build('div', { class: 'group', role: 'group', 'aria-label': t('person_role') });
  #leave = button(t('person_remove'), {}, () => this.#change('set-role', { role: null }));
  #ban = button(t('person_ban'), { class: 'quiet-button danger' }, () => this.#change('set-role', { role: 'banned' }));
  #why = build('input', { maxlength: 200, autocomplete: 'off' });
  #problem = problemLine();
  #name = '';
  #page = null;

  connectedCallback() {
    const mutes = build('div', { class: 'group', role: 'group', 'aria-label': t('person_mute') });
    for (const [minutes, label] of Object.entries(MUTES)) {
      mutes.append(button(t(label), {}, () => this.#change('mute', { minutes: Number(minutes) })));
    }
    for (const role of ROLES) {
      this.#roles.append(button(t(`make_${role}`), { 'data-role': role }, () => this.#change('set-role', { role })));
    }
    this.#parts.body.append(this.#roles, this.#leave, field(t('reason'), this.#why, t('reason_hint')),
      build('h3', {}, t('person_mute')), mutes, this.#ban, this.#problem);
    this.append(this.#parts.dialog);
  }

  open(name) {
    this.#name = name;
    this.render(this.#page);
    this.#why.value = '';
    this.#problem.textContent = '';
    this.#parts.title.textContent = name;
    openDialog(this.#parts.dialog);
  }

  render(page) {
    this.#page = page;
    const { members, roles } = peopleOf(page);
    const isAccount = members.includes(this.#name);
    const role = roles[this.#name];
    this.#roles.hidden = !isAccount || !mayOwn(page);
    for (const choice of this.#roles.children) choice.hidden = choice.dataset.role === role;
    // Of those who look after the room themselves, only an owner decides.
    const isAbove = !mayOwn(page) && ['moderator', 'owner'].includes(role);
    this.#leave.hidden = !isAccount || !role || isAbove;
    this.#leave.textContent = t(role === 'banned' ? 'person_unban' : 'person_remove');
    this.#ban.hidden = !isAccount || role === 'banned' || isAbove;
  }

  async #change(type, detail) {
    const why = this.#why.value.trim() || undefined;
    if (await attempt(this.#problem, () => ask(this, type, { user: this.#name, why, ...detail }))) this.#parts.dialog.close();
  }
}

export const registerPersonMenu = () => customElements.define('person-menu', PersonMenu);
