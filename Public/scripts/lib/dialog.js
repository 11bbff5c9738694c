import { build } from './dom.js';
import { t } from './translate.js';

/**
 * A dialog over the page, with its title and a button that closes it. The browser keeps the focus within and gives it back;
 * where it came from a drawer that has closed meanwhile, it goes to the conversation.
 */
export function buildDialog(name) {
  const title = build('h2', { id: `${name}-title`, dir: 'auto' });
  const close = build('button', { type: 'button', class: 'icon-button close', 'aria-label': t('close'), title: t('close') },
    build('span', { class: 'icon cross' }));
  const body = build('div', { class: 'body' });
  const dialog = build('dialog', { 'aria-labelledby': title.id }, build('div', { class: 'heading' }, title, close), body);
  close.addEventListener('click', () => dialog.close());
  dialog.addEventListener('close', () => {
    // What was wrong last time is not when it is opened again.
    for (const line of dialog.querySelectorAll('.problem')) line.textContent = '';
    for (const control of dialog.querySelectorAll('[aria-invalid]')) control.removeAttribute('aria-invalid');
    if (!document.activeElement?.checkVisibility() || document.activeElement === document.body) {
      document.querySelector('[role=log]')?.focus();
    }
  });
  return { dialog, title, body, close };
}

/**
 * A part of a dialog that is folded until somebody opens it, and then asked for by `load(subject())`; of a dialog's parts one is open
 * at a time. It folds again, and forgets what it shows, when the dialog closes.
 */
export function foldingSection({ dialog, title }, tag, subject) {
  const section = build(tag);
  const details = build('details', { name: title.id }, build('summary', {}, t(tag.replace('-', '_'))), section);
  details.addEventListener('toggle', () => details.open && section.load(subject()));
  dialog.addEventListener('close', () => {
    details.open = false;
    section.forget();
  });
  return details;
}

/** For when what had the focus goes away: to the summary of the part that it was in, or to the dialog's button. */
export function refocus(element) {
  const summary = element.closest('details')?.querySelector('summary');
  (summary ?? element.closest('dialog').querySelector('.close')).focus();
}

/** Opens it once only: opening an open one would be an error. */
export function openDialog(dialog) {
  if (!dialog.open) dialog.showModal();
}
