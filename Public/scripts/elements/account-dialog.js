/**
 * <account-dialog data-renders></account-dialog>
 *
 * One's account: where it is signed in, its tokens, its password, and the way out; for an admin also invitations, everybody's
 * accounts, banned addresses, and what was done about them. What a section shows is asked for when it is opened.
 */
import { ask, build } from '../lib/dom.js';
import { buildDialog, foldingSection, openDialog } from '../lib/dialog.js';
import { attempt, button, problemLine } from '../lib/form.js';
import { t } from '../lib/translate.js';

/** The element of each section, and whether it is for admins. */
const SECTIONS = {
  'session-section': false, 'token-section': false, 'password-section': false, 'invite-section': true, 'people-section': true,
  'ban-section': true, 'audit-section': true,
};

class AccountDialog extends HTMLElement {
  #parts = buildDialog('account');
  #problem = problemLine();
  #account = null;
  #sections = Object.entries(SECTIONS).map(([tag, isForAdmins]) =>
    ({ isForAdmins, details: foldingSection(this.#parts, tag, () => ({ account: this.#account })) }));

  connectedCallback() {
    const out = button(t('sign_out'), { class: 'quiet-button sign-out' }, () => attempt(this.#problem, async () => {
      await ask(this, 'sign-out');
      this.#parts.dialog.close();
    }));
    this.#parts.body.append(...this.#sections.map(({ details }) => details), this.#problem, build('div', { class: 'buttons' }, out));
    this.append(this.#parts.dialog);
  }

  open() {
    openDialog(this.#parts.dialog);
  }

  render({ identity: { account, role } }) {
    // Somebody else may have signed in in another tab: what is shown is not theirs.
    if (account !== this.#account && this.#parts.dialog.open) this.#parts.dialog.close();
    this.#account = account;
    this.#parts.title.textContent = account ?? '';
    for (const { isForAdmins, details } of this.#sections) details.hidden = isForAdmins && role !== 'admin';
  }
}

export const registerAccountDialog = () => customElements.define('account-dialog', AccountDialog);
