const TIME_DIGITS = 12;
const RANDOM_BYTES = 10;

/**
 * 48 bits of time in milliseconds, then 80 random ones, as 32 hexadecimal digits, like a UUID of version 7 (RFC 9562):
 * the server keeps such keys side by side, where random ones would cost it a page of its index each.
 *
 * Not `crypto.randomUUID`, which is missing on plain http, where a server on a home network often lives.
 */
export function randomId(now = Date.now()) {
  const bytes = crypto.getRandomValues(new Uint8Array(RANDOM_BYTES));
  const random = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return now.toString(16).padStart(TIME_DIGITS, '0') + random;
}
