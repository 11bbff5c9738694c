import { roomPath } from '../api.js';

/** What to type in a terminal to post to a room, follow it, and look back in it. With an account it takes one of its tokens. */
export function curlLines({ origin, room, user, account = null, greeting }) {
  const address = origin + roomPath(room);
  const asUser = user && account === null ? `?user=${encodeURIComponent(user)}` : '';
  const token = account === null ? '' : "-H 'Authorization: Bearer rct_…' ";
  return {
    post: `curl ${token}-d '${greeting}' ${quoted(address + asUser)}`,
    follow: `curl ${token}-N ${quoted(`${address}/events?replay=10&format=text`)}`,
    history: `curl ${token}${quoted(`${address}/messages?limit=20`)}`,
  };
}

// `encodeURIComponent` leaves an apostrophe alone; a shell does not.
function quoted(address) {
  return `'${address.replaceAll("'", '%27')}'`;
}
