/** Tells whether the reader looks: the page is visible, and has the focus. */
export function followAttention(callback) {
  const tell = () => callback(document.visibilityState === 'visible' && document.hasFocus());
  document.addEventListener('visibilitychange', tell);
  addEventListener('focus', tell);
  addEventListener('blur', tell);
  tell();
}
