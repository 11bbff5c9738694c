/*
 * What people do about their account and about rooms, by the events of `main.js`. Each returns a promise: a refusal is
 * shown where it was asked for.
 */
import {
  banAddress, changeAccount, deleteMessage, deleteRoom, endBan, endInvite, endMute, endSession, endToken, fetchAccounts, fetchAudit,
  fetchBans, fetchInvites, fetchMutes, fetchRoom, fetchSessions, fetchTokens, makeInvite, makeToken, putMember, putMute, putRoom, signIn, signOut, signUp,
} from './access-api.js';
import { Problem } from './api.js';

const AUDIT_PAGE = 30;

/**
 * @param onIdentity called when this browser has become somebody else, for its other tabs.
 * @param onSignedOut called before that with the account that has signed out.
 */
export function accountActions({ store, session, onIdentity, onSignedOut }) {
  const become = async () => {
    await session.identify();
    onIdentity();
  };
  return {
    'sign-in': async ({ user, password }) => {
      await signIn(user, password);
      await become();
    },
    'sign-up': async ({ user, password, invite }) => {
      await signUp(user, password, invite);
      await become();
    },
    'sign-out': async () => {
      const { account } = store.state.identity;
      await signOut();
      session.forgetUnsent(account);
      onSignedOut(account);
      await become();
    },
    'list-sessions': () => fetchSessions(),
    'end-session': ({ id }) => endSession(id),
    'list-tokens': () => fetchTokens(),
    'make-token': ({ token }) => makeToken(token),
    'end-token': ({ id }) => endToken(id),
    'change-password': async ({ old, password }) => {
      try {
        await changeAccount(store.state.identity.account, { password, old_password: old });
      } catch (problem) {
        throw problem.code === 'wrong_password' ? renamed(problem, 'wrong_old_password') : problem;
      }
    },
    'list-invites': () => fetchInvites(),
    'make-invite': ({ invite }) => makeInvite(invite),
    'end-invite': ({ id }) => endInvite(id),
    'list-accounts': async () => ({ ...(await fetchAccounts()), me: store.state.identity.account }),
    'disable-account': ({ user, disabled }) => changeAccount(user, { disabled }),
    'list-bans': () => fetchBans(),
    'ban-address': async ({ address, why }) => {
      try {
        await banAddress(address, why);
      } catch (problem) {
        if (problem.code !== 'not_allowed') throw problem;
        // Of an admin only their own address is refused; they may be none any more.
        await session.identify();
        throw store.state.identity.role === 'admin' ? renamed(problem, 'own_address') : problem;
      }
    },
    'end-ban': ({ network }) => endBan(network),
    // Each says of which room it is: another may have been opened meanwhile.
    'set-role': async ({ room, user, role, why }) => {
      await putMember(room, user, role, why);
      session.refresh();
    },
    'delete-message': ({ room, id }) => deleteMessage(room, id),
    mute: ({ room, user, minutes, why }) => putMute(room, user, minutes, why),
    'end-mute': ({ room, user }) => endMute(room, user),
    'list-mutes': async ({ room }) => (await fetchMutes(room)).mutes,
    'list-audit': ({ room, before }) => fetchAudit(room, { before, limit: AUDIT_PAGE }),
    'save-room': async ({ room, settings }) => {
      await putRoom(room, settings);
      session.refresh();
    },
    'delete-room': async ({ room, why }) => {
      await deleteRoom(room, why);
      session.refresh();
    },
    // One that is there, and only not among those that are listed, would be closed to everybody else.
    'make-room': async ({ room }) => {
      if (await isThere(room)) throw new Problem({ status: 409, code: 'room_name_taken' });
      await putRoom(room, { visibility: 'private' });
    },
  };
}

async function isThere(room) {
  try {
    await fetchRoom(room);
    return true;
  } catch (problem) {
    if (problem.code !== 'room_not_found') throw problem;
    return false;
  }
}

/** For what is told in other words here than elsewhere. */
function renamed(problem, code) {
  return Object.assign(problem, { code });
}
