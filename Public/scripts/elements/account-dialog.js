/**
 * <account-dialog data-renders></account-dialog>
 *
 * One's account: where it is signed in, its tokens, its password, and the way out; for an admin also invitations and everybody's
 * accounts. What a section shows is asked for when it is opened.
 */
import { ask, build } from '../lib/dom.js';
import { buildDialog, openDialog } from '../lib/dialog.js';
import { attempt, button, problemLine } from '../lib/form.js';
import { t } from '../lib/translate.js';

/** The element of each section, and whether it is for admins. */
const SECTIONS = { 'session-section': false, 'token-section': false, 'password-section': false, 'invite-section': true, 'people-section': true };

class AccountDialog extends HTMLElement {
  #parts = buildDialog('account');
  #problem = problemLine();
  #account = null;
  #sections = Object.entries(SECTIONS).map(([tag, isForAdmins]) =>
    ({ isForAdmins, section: build(tag), details: build('details', { name: 'account' }) }));

  connectedCallback() {
    const out = button(t('sign_out'), { class: 'quiet-button sign-out' }, () => attempt(this.#problem, async () => {
      await ask(this, 'sign-out');
      this.#parts.dialog.close();
    }));
    for (const { section, details } of this.#sections) {
      details.append(build('summary', {}, t(section.localName.replace('-', '_'))), section);
      details.addEventListener('toggle', () => details.open && section.load(this.#account));
      this.#parts.body.append(details);
    }
    this.#parts.body.append(this.#problem, build('div', { class: 'buttons' }, out));
    this.#parts.dialog.addEventListener('close', () => {
      for (const { details, section } of this.#sections) {
        details.open = false;
        section.forget?.();
      }
    });
    this.append(this.#parts.dialog);
  }

  open() {
    this.#problem.textContent = '';
    openDialog(this.#parts.dialog);
  }

  render({ identity: { account, role } }) {
    if (account === null && this.#parts.dialog.open) this.#parts.dialog.close();
    this.#account = account;
    this.#parts.title.textContent = account ?? '';
    for (const { isForAdmins, details } of this.#sections) details.hidden = isForAdmins && role !== 'admin';
  }
}

export const registerAccountDialog = () => customElements.define('account-dialog', AccountDialog);
