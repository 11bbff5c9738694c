import { roomPath } from '../api.js';

/** What to type in a terminal to post to a room, follow it, and look back in it. */
export function curlLines({ origin, room, user, greeting }) {
  const address = origin + roomPath(room);
  const asUser = user ? `?user=${encodeURIComponent(user)}` : '';
  return {
    post: `curl -d '${greeting}' ${quoted(address + asUser)}`,
    follow: `curl -N ${quoted(`${address}/events?replay=10&format=text`)}`,
    history: `curl ${quoted(`${address}/messages?limit=20`)}`,
  };
}

// `encodeURIComponent` leaves an apostrophe alone; a shell does not.
function quoted(address) {
  return `'${address.replaceAll("'", '%27')}'`;
}
