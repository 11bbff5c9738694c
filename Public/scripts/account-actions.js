/*
 * What people do about their account and about rooms, by the events of `main.js`. Each returns a promise: a refusal is
 * shown where it was asked for.
 */
import {
  changeAccount, deleteMessage, deleteRoom, endInvite, endSession, endToken, fetchAccounts, fetchInvites, fetchSessions, fetchTokens, makeInvite,
  makeToken, putMember, putMute, putRoom, signIn, signOut, signUp,
} from './access-api.js';

/** @param onIdentity called when this browser has become somebody else, for its other tabs. */
export function accountActions({ store, session, onIdentity }) {
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
      await signOut();
      await become();
    },
    'list-sessions': () => fetchSessions(),
    'end-session': ({ id }) => endSession(id),
    'list-tokens': () => fetchTokens(),
    'make-token': ({ token }) => makeToken(token),
    'end-token': ({ id }) => endToken(id),
    'change-password': ({ old, password }) =>
      changeAccount(store.state.identity.account, { password, old_password: old }),
    'list-invites': () => fetchInvites(),
    'make-invite': ({ invite }) => makeInvite(invite),
    'end-invite': ({ id }) => endInvite(id),
    'list-accounts': async () => ({ ...(await fetchAccounts()), me: store.state.identity.account }),
    'disable-account': ({ user, disabled }) => changeAccount(user, { disabled }),
    'set-role': async ({ user, role, why }) => {
      await putMember(store.state.room, user, role, why);
      session.refresh();
    },
    'delete-message': ({ id }) => deleteMessage(store.state.room, id),
    mute: ({ user, minutes, why }) => putMute(store.state.room, user, minutes, why),
    'save-room': async ({ settings }) => {
      await putRoom(store.state.room, settings);
      session.refresh();
    },
    'delete-room': async ({ room, why }) => {
      await deleteRoom(room, why);
      session.refresh();
    },
    'make-room': ({ room }) => putRoom(room, { visibility: 'private' }),
  };
}
