/**
 * <room-settings data-renders></room-settings>
 *
 * What an owner decides about a room, who belongs to it, what was done there, and its end.
 */
import { accessOf, mayOwn } from '../access-state.js';
import { peopleOf } from '../page-state.js';
import { roleOf } from '../people-state.js';
import { ask, build } from '../lib/dom.js';
import { buildDialog, foldingSection, openDialog } from '../lib/dialog.js';
import { button, choice, field, onSubmit, problemLine } from '../lib/form.js';
import { t } from '../lib/translate.js';

const SLOWEST_S = 6 * 3600;

class RoomSettings extends HTMLElement {
  #parts = buildDialog('room-settings');
  #title = build('input', { maxlength: 80, autocomplete: 'off', autofocus: true });
  #topic = build('textarea', { maxlength: 500, rows: 2 });
  #visibility = choice({ public: t('room_public'), private: t('room_private') });
  #guests = choice({ write: t('guests_write'), read: t('guests_read'), none: t('guests_none') });
  #slow = build('input', { type: 'number', min: 0, max: SLOWEST_S, inputmode: 'numeric' });
  #problem = problemLine();
  #name = build('input', { required: true, maxlength: 64, autocomplete: 'off', autocapitalize: 'none', spellcheck: 'false' });
  #added = build('p', { class: 'hint', role: 'status' });
  #nameProblem = problemLine();
  #delete = button(t('room_delete'), { class: 'quiet-button danger' }, () => this.#askForSureness(true));
  #sure = build('p', { dir: 'auto' });
  #why = build('input', { maxlength: 300, autocomplete: 'off' });
  #deleteProblem = problemLine();
  #confirm = build('button', { type: 'submit', class: 'quiet-button danger', dir: 'auto' });
  #confirmation;
  #page = null;
  #room = null;
  #isDeleted = false;
  #shown = null;

  connectedCallback() {
    const guests = field(t('room_guests'), this.#guests);
    const settings = build('form', {}, field(t('room_title'), this.#title), field(t('room_topic'), this.#topic),
      field(t('room_visibility'), this.#visibility), guests, field(t('room_slow'), this.#slow, t('room_slow_hint')),
      this.#problem, build('div', { class: 'buttons' }, build('button', { type: 'submit', class: 'accent-button' }, t('save'))));
    const add = build('form', { class: 'divided' }, build('h3', {}, t('member_add')), field(t('user_name'), this.#name),
      this.#nameProblem, this.#added, build('div', { class: 'buttons' }, build('button', { type: 'submit', class: 'accent-button' }, t('add'))));
    const showGuests = () => { guests.hidden = this.#visibility.value === 'private'; };
    this.#visibility.addEventListener('change', showGuests);
    this.#parts.dialog.addEventListener('toggle', showGuests);
    const blamed = { bad_topic: this.#topic, topic_too_long: this.#topic, bad_slow_mode: this.#slow, other: this.#title };
    onSubmit(settings, this.#problem, blamed, () => this.#save());
    onSubmit(add, this.#nameProblem, { other: this.#name }, () => this.#add());
    this.#confirmation = build('form', { hidden: true }, this.#sure, field(t('reason'), this.#why, t('room_delete_reason_hint')),
      this.#deleteProblem, build('div', { class: 'buttons' }, this.#confirm, button(t('cancel'), {}, () => this.#askForSureness(false))));
    onSubmit(this.#confirmation, this.#deleteProblem, { other: this.#why }, () => this.#end());
    this.#parts.body.append(settings, add, foldingSection(this.#parts, 'audit-section', () => ({ room: this.#room })),
      build('div', { class: 'divided' }, build('div', { class: 'buttons' }, this.#delete), this.#confirmation));
    this.append(this.#parts.dialog);
  }

  open() {
    const { title = '', topic = '', visibility = 'public', guests = 'write', slow_mode: slow = 0 } = accessOf(this.#page);
    this.#room = this.#page.room;
    this.#shown = { title, topic, visibility, guests, slow_mode: slow };
    Object.assign(this.#title, { value: title });
    Object.assign(this.#topic, { value: topic });
    Object.assign(this.#visibility, { value: visibility });
    Object.assign(this.#guests, { value: guests });
    Object.assign(this.#slow, { value: slow });
    this.#added.textContent = '';
    this.#name.value = '';
    this.#parts.title.textContent = t('room_settings_of', { room: this.#room });
    this.#sure.textContent = t('room_delete_sure', { room: this.#room });
    this.#confirm.textContent = t('room_delete_confirm', { room: this.#room });
    this.#confirm.value = this.#room;
    this.#askForSureness(false);
    openDialog(this.#parts.dialog);
  }

  render(page) {
    this.#page = page;
    // What is half decided about one room is not for another.
    if (this.#parts.dialog.open && !(page.room === this.#room && mayOwn(page))) this.#parts.dialog.close();
    // There is nothing left to decide about, whoever has deleted it; but an admin may make it anew.
    const isDeleted = Boolean(accessOf(page).deletion);
    if (isDeleted && !this.#isDeleted) this.#parts.dialog.close();
    this.#isDeleted = isDeleted;
  }

  /** Only what has become another: somebody else may have changed the rest meanwhile. */
  async #save() {
    const shown = this.#shown;
    const given = {
      title: this.#title.value.trim(), topic: this.#topic.value.trim().replace(/\s*\n\s*/g, ' '), visibility: this.#visibility.value,
      guests: this.#guests.value, slow_mode: Number(this.#slow.value),
    };
    const settings = Object.fromEntries(Object.entries(given).filter(([name, value]) => value !== shown[name]));
    if (Object.keys(settings).length > 0) await ask(this, 'save-room', { room: this.#room, settings });
    if (shown === this.#shown) this.#parts.dialog.close();
  }

  /** The room is named once more where it is deleted: nothing brings it back. */
  #askForSureness(isAsked) {
    this.#delete.hidden = isAsked;
    this.#confirmation.hidden = !isAsked;
    this.#deleteProblem.textContent = '';
    this.#why.value = '';
    if (isAsked) this.#why.focus();
    else if (this.#parts.dialog.open) this.#delete.focus();
  }

  async #end() {
    await ask(this, 'delete-room', { room: this.#confirm.value, why: this.#why.value.trim() });
    this.#parts.dialog.close();
  }

  async #add() {
    const user = this.#name.value.trim();
    this.#added.textContent = '';
    // An owner would be one no more.
    const role = roleOf(peopleOf(this.#page), user);
    if (role !== null && role !== 'banned') {
      this.#added.textContent = t('member_already', { user, role: t(`role_${role}`) });
      return;
    }
    await ask(this, 'set-role', { room: this.#room, user, role: 'member' });
    this.#name.value = '';
    this.#name.focus();
    this.#added.textContent = t('member_added', { user });
  }
}

export const registerRoomSettings = () => customElements.define('room-settings', RoomSettings);
