/**
 * Whether this key belongs to an input method that is composing: Enter then only takes the proposed word.
 *
 * Safari ends the composition before it tells of the key, and then only the code 229 gives it away (WebKit 165004).
 */
export function isComposing(event) {
  return event.isComposing || event.keyCode === 229;
}

/** Whether this key press sends what is written. */
export function sendsMessage(event, { touch }) {
  if (event.key !== 'Enter' || isComposing(event)) return false;
  if (event.ctrlKey || event.metaKey) return true;
  // A touch keyboard has no Shift+Enter, so there Enter makes the new line, and the button sends.
  return !event.shiftKey && !event.altKey && !touch;
}

/** A device whose main pointer is a finger. */
export function isTouchDevice() {
  return matchMedia('(hover: none) and (pointer: coarse)').matches;
}
