/* The requests about who somebody is and who may do what. A refusal is thrown as a `Problem`, as in `api.js`. */
import { parameters, request, roomPath } from './api.js';

export const fetchSession = () => request('/session');

export const signIn = (user, password) => request('/session', { method: 'POST', body: { user, password } });

export const signUp = (user, password, invite) => request('/accounts', { method: 'POST', body: { user, password, invite } });

export const signOut = () => request('/session', { method: 'DELETE' });

export const fetchRoom = (room) => request(roomPath(room));

/** Decides about a room, and makes it if there is none; what is not given stays as it is. */
export const putRoom = (room, settings) => request(roomPath(room), { method: 'PUT', body: settings });

export const deleteRoom = (room, why) =>
  request(`${roomPath(room)}?${parameters({ why })}`, { method: 'DELETE' });

/** @param role null to take it away. */
export function putMember(room, user, role, why) {
  const path = `${roomPath(room)}/members/${encodeURIComponent(user)}`;
  return role === null ? request(`${path}?${parameters({ why })}`, { method: 'DELETE' })
    : request(path, { method: 'PUT', body: { role, why } });
}

export const putMute = (room, user, minutes, why) =>
  request(`${roomPath(room)}/mutes/${encodeURIComponent(user)}`, { method: 'PUT', body: { minutes, why } });

export const fetchMutes = (room) => request(`${roomPath(room)}/mutes`);

export const endMute = (room, user) => request(`${roomPath(room)}/mutes/${encodeURIComponent(user)}`, { method: 'DELETE' });

/** What was done, the latest first. @param room null for what is the server's affair. */
export const fetchAudit = (room, query) => request(`${room === null ? '' : roomPath(room)}/audit?${parameters(query)}`);

export const deleteMessage = (room, id) => request(`${roomPath(room)}/messages/${id}`, { method: 'DELETE' });

export const fetchSessions = () => request('/sessions');

export const endSession = (id) => request(`/sessions/${encodeURIComponent(id)}`, { method: 'DELETE' });

export const fetchTokens = () => request('/tokens');

export const makeToken = (token) => request('/tokens', { method: 'POST', body: token });

export const endToken = (id) => request(`/tokens/${id}`, { method: 'DELETE' });

export const fetchInvites = () => request('/invites');

export const makeInvite = (invite) => request('/invites', { method: 'POST', body: invite });

export const endInvite = (id) => request(`/invites/${id}`, { method: 'DELETE' });

export const fetchBans = () => request('/bans');

export const banAddress = (address, why) => request('/bans', { method: 'POST', body: { address, why } });

/** A network has a slash in its name: `2001:db8::/64`. */
export const endBan = (network) => request(`/bans/${encodeURIComponent(network)}`, { method: 'DELETE' });

export const fetchAccounts = () => request('/accounts');

export const changeAccount = (user, change) =>
  request(`/accounts/${encodeURIComponent(user)}`, { method: 'PATCH', body: change });
