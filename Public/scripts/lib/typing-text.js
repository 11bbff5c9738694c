import { t } from './translate.js';

/** "ann is typing…", "ann and bob are typing…", "several people are typing…", or nothing. */
export function typingText(users) {
  const [one, other] = users;
  if (users.length === 0) return '';
  if (users.length === 1) return t('typing_one', { one });
  return users.length === 2 ? t('typing_two', { one, other }) : t('typing_several');
}
