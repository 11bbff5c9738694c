/*
 * Who is in each room of the stream, and who is typing there. Pure: state + event → state.
 *
 * `{ lobby: { names: ['ann'], count: 3, members: [] } }`. Above a hundred people the server tells only how many there are:
 * `count` is then right, and `names` those that are known.
 */
import { own } from './lib/own.js';

/** A person who stops typing says nothing about it. */
export const TYPING_LASTS_MS = 5_000;

export const peopleReducers = {
  presence: (people, { data: { room, present, joined = [], left = [], count } }) => {
    const before = own(people, room) ?? nobody;
    const gone = new Set(left);
    const names = present ?? [...before.names.filter((name) => !gone.has(name)), ...joined];
    return { ...people, [room]: { ...before, names: sorted(names), count, told: true } };
  },

  revoked: (people, { data }) => withoutRoom(people, data.room),

  'room-closed': (people, { room }) => withoutRoom(people, room),

  room: (people, { data }) => (data.deleted ? withoutRoom(people, data.room) : people),

  // Only the stream knows who comes and goes; this tells who is registered, and who is here until the stream does.
  'members-loaded': (people, { room, members, guests, count }) => {
    const before = own(people, room) ?? nobody;
    const registered = members.map(({ user }) => user);
    const roles = Object.fromEntries(members.filter(({ role }) => role).map(({ user, role }) => [user, role]));
    const online = members.filter((member) => member.online).map(({ user }) => user);
    const isPartial = before.told && before.names.length < before.count;
    const names = before.told && !isPartial ? before.names : sorted([...before.names, ...online, ...guests]);
    return { ...people, [room]: { ...before, members: registered, roles, names, count: before.told ? before.count : count } };
  },
};

export const typingReducers = {
  typing: (typing, { data: { room, user }, now }) => [
    ...typing.filter((entry) => entry.room !== room || entry.user !== user),
    { room, user, until: now + TYPING_LASTS_MS },
  ],

  message: (typing, { data: { room, user } }) =>
    typing.some((entry) => entry.room === room && entry.user === user)
      ? typing.filter((entry) => entry.room !== room || entry.user !== user)
      : typing,

  'time-passed': (typing, { now }) => (typing.some(({ until }) => until <= now) ? typing.filter(({ until }) => until > now) : typing),
};

export const nobody = { names: [], count: 0, members: [], roles: {}, told: false };

/** The people of a room as they are shown: oneself first, then by name. `isAccount`: whether one is signed in. */
export function personRows({ names, members, roles = {}, count }, me, isAccount = false) {
  const registered = new Set(members);
  // Of a crowd only some names are known, but one's own is.
  const known = count > names.length && me && !names.includes(me) ? [me, ...names] : names;
  const rows = known.map((name) => ({
    key: name, name, isMe: name === me, role: own(roles, name) ?? null,
    // Where nobody has an account, it tells nothing that somebody has none. Who has one may have been asked before one came oneself.
    isGuest: registered.size > 0 && !registered.has(name) && !(name === me && isAccount),
  }));
  return rows.sort((one, other) => other.isMe - one.isMe);
}

/** What somebody is in the room, by their name as people write it; null for nothing. */
export function roleOf({ roles = {} }, given) {
  const key = (name) => name.normalize('NFC').toLowerCase();
  const name = Object.keys(roles).find((known) => key(known) === key(given));
  return name === undefined ? null : roles[name];
}

/** Who has a role in the room and is not in it now. */
export function awayRows({ names, roles = {} }) {
  const here = new Set(names);
  return sorted(Object.keys(roles).filter((name) => !here.has(name)))
    .map((name) => ({ key: name, name, isMe: false, isGuest: false, isAway: true, role: roles[name] }));
}

function withoutRoom(people, room) {
  return Object.fromEntries(Object.entries(people).filter(([name]) => name !== room));
}

function sorted(names) {
  return [...new Set(names)].sort((one, other) => one.localeCompare(other));
}
