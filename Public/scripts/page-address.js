/** What the page's own address says. */

/** `/rooms/{name}` opens that room; every other path opens the lobby. */
export function roomOf({ pathname }) {
  const [, encoded] = /^\/rooms\/([^/]+)\/?$/.exec(pathname) ?? [];
  try {
    return decodeURIComponent(encoded ?? 'lobby').normalize('NFC').toLowerCase();
  } catch {
    return 'lobby';
  }
}

/** `#1042` is a place in the room: that message. */
export function messageOf({ hash }) {
  const id = Number(hash.slice(1));
  return Number.isSafeInteger(id) && id > 0 ? id : null;
}

/** `#invite=rci_…` invites to make an account, and `#invite=rcl_…` to make the server's first. */
export function inviteOf({ hash }) {
  return /^#invite=(rc[il]_[\w-]+)$/.exec(hash)?.[1] ?? null;
}

/**
 * `?heartbeat=5` asks for a heartbeat every 5 seconds (5 to 45): behind a proxy that cuts quiet connections early, or to
 * notice a dead line sooner. Otherwise the server decides.
 */
export function heartbeatOf({ search }) {
  const seconds = Number(new URLSearchParams(search).get('heartbeat'));
  return seconds >= 5 && seconds <= 45 ? Math.round(seconds) : undefined;
}
