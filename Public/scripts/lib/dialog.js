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
    if (!document.activeElement?.checkVisibility() || document.activeElement === document.body) {
      document.querySelector('[role=log]')?.focus();
    }
  });
  return { dialog, title, body, close };
}

/** Opens it once only: opening an open one would be an error. */
export function openDialog(dialog) {
  if (!dialog.open) dialog.showModal();
}
