import { hasText, t } from './translate.js';

/** Only a page that is not of the server's version, or something between them, makes the server say so. */
const MISUNDERSTOOD = ['malformed_request', 'bad_cursor', 'bad_parameter', 'bad_id', 'bad_json', 'bad_encoding', 'bad_key', 'key_too_short',
  'missing_text', 'missing_field', 'wrong_type', 'one_change', 'unknown_field', 'too_many_rooms', 'not_found', 'no_page',
  'method_not_allowed', 'not_acceptable', 'unsupported_media_type', 'unsupported_version', 'no_reply'];

/**
 * What went wrong, in the reader's language: of a `Problem`, or of what `fetch` throws. A refusal that nobody has told of is in the
 * words that it came with.
 */
export function problemText({ code, status, message, retryAfterMs = 0, limit = 0, values = {} }) {
  if (MISUNDERSTOOD.includes(code)) return t('problem_misunderstood');
  const key = `problem_${code}`;
  if (hasText(key)) return t(key, { seconds: Math.ceil(retryAfterMs / 1000), limit, ...values });
  // What `fetch` throws has no status; but it may have a code, of another kind.
  if (status === undefined) return t('problem_unreachable');
  return status >= 500 ? t('problem_failing') : message;
}
