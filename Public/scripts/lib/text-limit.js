/** What the server takes in one message, unless it was started with another `--max-text`. */
const MAXIMUM_TEXT_BYTES = 16 * 1024;
/** The count is shown only from here on: until then it is noise. */
const NEAR_BYTES = 1024;

/** How much more fits, in bytes of UTF-8; negative when it is too much already. */
export function textLimit(text) {
  const left = MAXIMUM_TEXT_BYTES - new TextEncoder().encode(text).length;
  return { left, near: left < NEAR_BYTES, over: left < 0 };
}
