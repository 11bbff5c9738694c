/** Unicode code points, after normalization: what the server allows. */
export const LONGEST_ROOM_NAME = 64;

/** Letters and digits of any script, `-` and `_`, and the marks that complete a letter. */
const ALLOWED = /^[\p{L}\p{Nd}_-][\p{L}\p{Nd}\p{Mn}\p{Mc}_-]*$/u;

/** The name under which the server keeps a room, NFC and lower case, or null if there can be no such room. */
export function roomName(given) {
  const name = given.trim().normalize('NFC').toLowerCase().normalize('NFC');
  return ALLOWED.test(name) && [...name].length <= LONGEST_ROOM_NAME ? name : null;
}
