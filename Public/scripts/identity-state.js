/* Who this page is, as the server takes it. Pure. */

/** Refusals that another name would mend. */
export const NAME_PROBLEMS = ['name_taken', 'bad_user_name'];

/** Before the server has said so. `account` is an account's name, or null for a guest, whatever name they give. */
export const stranger = { known: false, account: null, role: null, signUp: 'closed', admitsGuests: true, mayMakeRooms: true };

/** @param session what `GET /session` says. */
export function identityIn({ user, guest, role = null, sign_up, guests, may_make_rooms }) {
  return {
    known: true, account: guest ? null : user, role, signUp: sign_up, admitsGuests: guests, mayMakeRooms: may_make_rooms,
  };
}

/** What a server says that lets in accounts only, and nobody else so much as ask. */
export const sessionOfNobody = { user: '', guest: true, sign_up: 'closed', guests: false, may_make_rooms: false };

/** The name that a guest's requests carry. An account's carry its cookie, and need none. */
export function guestName({ identity, user }) {
  return identity.account === null ? user : '';
}

/** As whom something is asked for; undefined while the page does not know. */
export function askedAs({ identity: { known, account } }) {
  return known ? account : undefined;
}

/** Whether a stream's `welcome` is for somebody else than this page takes itself for: a session may end, or begin, elsewhere. */
export function isAnother({ account }, { user, guest }) {
  if (typeof guest !== 'boolean') return false;
  return guest ? account !== null : account !== user;
}
