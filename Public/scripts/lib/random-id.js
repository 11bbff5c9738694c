/**
 * 128 random bits, as 32 hexadecimal digits. Not `crypto.randomUUID`, which is missing on plain http, where a server
 * on a home network often lives.
 */
export function randomId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
