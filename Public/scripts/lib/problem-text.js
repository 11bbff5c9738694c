import { t } from './translate.js';

/** Refusals that the page has words for; of any other, it shows the server's. */
const KNOWN = ['wrong_password', 'wrong_old_password', 'too_many_guesses', 'name_taken', 'bad_user_name', 'bad_password', 'invite_not_found', 'busy',
  'room_name_taken', 'account_not_found', 'not_allowed', 'muted', 'session_over', 'sign_in_required', 'room_not_found',
  'rate_limited', 'account_disabled', 'banned', 'other_identity', 'room_deleted', 'bad_address', 'own_address', 'ban_not_found', 'reason_too_long'];

/** What went wrong, in the reader's language: of a `Problem`, or of what `fetch` throws. */
export function problemText({ code, status, message, retryAfterMs = 0, values = {} }) {
  if (KNOWN.includes(code)) return t(`problem_${code}`, { seconds: Math.ceil(retryAfterMs / 1000), ...values });
  // What `fetch` throws has no status; but it may have a code, of another kind.
  return status === undefined ? t('problem_unreachable') : message;
}
