/*
 * What has been decided about each room, and what this page may do there. Pure: state + event → state.
 *
 * `{ lobby: { title, topic, visibility, guests, slow_mode, role, read_only, muted_until } }` as `GET /rooms/{room}` has it,
 * or `{ closed: true }` for a room that is not to be read, why the server does not tell; with `lost` if it was to be before;
 * or `{ deletion: { by, why } }` for one that has been deleted, as long as nobody begins another under its name.
 */
import { own } from './lib/own.js';

const SETTINGS = ['title', 'topic', 'visibility', 'guests', 'slow_mode'];
const RIGHTS = ['role', 'read_only', 'muted_until'];

export const accessReducers = {
  'rooms-loaded': (access, { rooms }) => ({
    ...access, ...Object.fromEntries(rooms.map((room) => [room.name, pick(room, [...SETTINGS, ...RIGHTS])])),
  }),

  'room-loaded': (access, { room, details }) => ({ ...access, [room]: pick(details, [...SETTINGS, ...RIGHTS]) }),

  'room-closed': (access, { room }) => ({ ...access, [room]: closed(access, room) }),

  revoked: (access, { data }) => ({ ...access, [data.room]: { closed: true, lost: true } }),

  welcome: (access, { data: { rooms = [], refused = [] } }) => {
    const opened = rooms.filter((room) => own(access, room)?.closed).map((room) => [room, {}]);
    const changes = [...opened, ...refused.map((room) => [room, closed(access, room)])];
    return changes.length === 0 ? access : { ...access, ...Object.fromEntries(changes) };
  },

  // All of its settings, as they are from now on; of a deleted room nothing is left.
  room: (access, { data }) => {
    if (data.deleted) return { ...access, [data.room]: { deletion: pick(data, ['by', 'why']) } };
    return { ...access, [data.room]: { ...pick(own(access, data.room) ?? {}, RIGHTS), ...pick(data, SETTINGS) } };
  },

  message: (access, { data }) => withoutDeletion(access, data.room),

  // Whoever comes to it anew finds a room that nobody has written in.
  opened: (access, { room }) => withoutDeletion(access, room),
};

function withoutDeletion(access, room) {
  return own(access, room)?.deletion ? { ...access, [room]: {} } : access;
}

export function accessOf({ access, room }) {
  return own(access, room) ?? {};
}

export function isClosed({ access }, room) {
  return own(access, room)?.closed === true;
}

/** What this page is in the room that is open: '', member, moderator or owner. An admin may do what an owner may. */
export function rankIn(page) {
  if (page.identity.role === 'admin') return 'owner';
  return accessOf(page).role ?? '';
}

export function mayModerate(page) {
  return ['moderator', 'owner'].includes(rankIn(page));
}

export function mayOwn(page) {
  return rankIn(page) === 'owner';
}

/** Whoever wrote a message with an account may take its text away, and who moderates the room. */
export function mayDelete(page, { guest, user, deleted_at: deletedAt }) {
  if (deletedAt) return false;
  return mayModerate(page) || (page.identity.account !== null && !guest && user === page.identity.account);
}

/** Why nothing can be written here, and until when; null if it can. */
export function whyReadOnly(page, now) {
  const { identity } = page;
  if (identity.known && !identity.admitsGuests && identity.account === null) return { why: 'closed' };
  const { closed, read_only: readOnly, muted_until: mutedUntil, guests } = accessOf(page);
  if (closed) return { why: 'closed' };
  if (mutedUntil) return Date.parse(mutedUntil) > now ? { why: 'muted', until: mutedUntil } : null;
  if (!readOnly) return null;
  return identity.account === null && guests === 'read' ? { why: 'guests' } : { why: 'read_only' };
}

function closed(access, room) {
  return { closed: true, lost: own(access, room)?.lost ?? false };
}

function pick(object, names) {
  return Object.fromEntries(names.filter((name) => object[name] !== undefined).map((name) => [name, object[name]]));
}
