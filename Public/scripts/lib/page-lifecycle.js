/** A look at another tab should not cost a reconnection. */
const HIDDEN_GRACE_MS = 60_000;

/**
 * Says when the page needs its stream (`wake`) and when it does not (`sleep`).
 *
 * A browser opens six connections to a server, for all its tabs together, and each stream holds one: a seventh tab would
 * not even load. So a tab that nobody sees gives its own back. What it misses is replayed when it is seen again.
 */
export function followPageLifecycle({ wake, sleep }) {
  let falling;
  const onVisibility = () => {
    clearTimeout(falling);
    if (document.visibilityState === 'visible') wake();
    else falling = setTimeout(sleep, HIDDEN_GRACE_MS);
  };
  document.addEventListener('visibilitychange', onVisibility);
  addEventListener('pagehide', sleep);
  addEventListener('pageshow', (event) => event.persisted && wake());
  addEventListener('online', () => document.visibilityState === 'visible' && wake());
  onVisibility();
}
