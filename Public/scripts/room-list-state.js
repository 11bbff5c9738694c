/*
 * The rooms there are, and what is new in them. Pure: state + event → state.
 *
 * A room is as `GET /rooms` gives it: `{ name, last_id, last_at, count }`. What the stream tells is entered as it comes.
 */
import { own } from './lib/own.js';
import { forgotten, inLog, latestVisits, mergedVisits, seenUpTo, visited } from './lib/visits.js';

/** Rooms on this page's stream. Whoever listens to a room is listed in it, so only rooms one has been in. */
const MOST_FOLLOWED = 20;
/** The names go into the stream's address, and the server takes no endless one. */
const MOST_FOLLOWED_CHARACTERS = 3_000;

/** Rooms that are asked for, until somebody looks further. */
const FIRST_ROOMS = 100;

export function newRoomList(visits) {
  return { rooms: [], known: false, wanted: FIRST_ROOMS, hasMore: false, visits, unread: {} };
}

export const roomListReducers = {
  'rooms-loaded': (list, { rooms, has_more: hasMore = false, wanted = list.wanted }) => {
    // More have been asked for since, and have come.
    if (wanted < list.wanted) return list;
    let { visits } = list;
    for (const { name, last_id } of rooms) {
      if (own(visits.rooms, name)?.seen === null) visits = seenUpTo(visits, name, last_id);
    }
    // What came by the stream while the answer was on its way is newer.
    const ours = new Map(list.rooms.map((room) => [room.name, room]));
    const newer = rooms.map((room) => (ours.get(room.name)?.last_id > room.last_id ? ours.get(room.name) : room));
    return { ...list, visits, rooms: newer, known: true, wanted, hasMore };
  },

  opened: (list, { room, now }) => ({ ...list, visits: visited(list.visits, room, now), unread: without(list.unread, room) }),

  located: (list, { epoch }) => ({ ...list, visits: inLog(list.visits, epoch) }),

  'visits-read': (list, { visits }) => {
    const merged = mergedVisits(list.visits, visits);
    const unread = Object.entries(list.unread).filter(([room, { last }]) => !(own(merged.rooms, room)?.seen >= last));
    return { ...list, visits: merged, unread: Object.fromEntries(unread) };
  },

  // Told each time that the list is shown: what was seen before changes nothing, or showing it would never end.
  seen: (list, { room, id }) => {
    const [visits, unread] = [seenUpTo(list.visits, room, id), without(list.unread, room)];
    return visits === list.visits && unread === list.unread ? list : { ...list, visits, unread };
  },

  presence: (list, { data }) => withRoom(list, data.room, (room) => room && { ...room, count: data.count }),

  revoked: (list, { data }) => withoutRoom(list, data.room),

  'room-closed': (list, { room }) => withoutRoom(list, room),

  // Nor is it followed any more: whatever begins under its name is another room.
  room: (list, { data }) =>
    data.deleted ? { ...withoutRoom(list, data.room), visits: forgotten(list.visits, data.room) } : list,
};

/** A message in any room, heard from the stream or posted by this page. `counts` if it is news to the reader. */
export function heardMessage(list, { room: name, id, sent_at }, { counts }) {
  const known = list.rooms.find((room) => room.name === name);
  if (known?.last_id >= id) return list;
  const heard = withRoom(list, name, (room) => ({ count: 0, ...room, name, last_id: id, last_at: sent_at }));
  const seen = own(list.visits.rooms, name)?.seen ?? null;
  if (!counts || (seen !== null && seen >= id)) return heard;
  const before = own(list.unread, name);
  // With older news of unknown number, the number would be wrong.
  const exact = before?.exact ?? !(known && seen !== null && known.last_id > seen);
  return { ...heard, unread: { ...list.unread, [name]: { count: (before?.count ?? 0) + 1, exact, last: id } } };
}

/** The current room, then the others that were visited and are not closed to the reader, the latest first. */
export function roomsToFollow({ visits }, current, isClosed = () => false) {
  const others = latestVisits(visits).filter((room) => room !== current && !isClosed(room));
  const names = [current, ...others].slice(0, MOST_FOLLOWED);
  let characters = 0;
  return names.filter((name, index) => {
    characters += encodeURIComponent(name).length + 3;
    return index === 0 || characters <= MOST_FOLLOWED_CHARACTERS;
  });
}

/**
 * The list as it is shown: newest activity first, and the current room also before its first message. Before all others are rooms
 * in which something of `pending` waits for the person's word, also those that are not listed any more; but what somebody else wrote
 * here, whose session is over, does not tell of a room that this person may not know.
 */
export function roomRows({ rooms, visits, unread }, current, pending = []) {
  const failed = pending.filter(({ state, room }) => state === 'failed' && room !== current);
  const unsent = countByRoom(failed);
  const tellable = failed.filter(({ code }) => code !== 'other_identity').map(({ room }) => room);
  const listed = new Set(rooms.map(({ name }) => name));
  const unlisted = [...new Set([current, ...tellable])].filter((name) => !listed.has(name)).map((name) => ({ name, last_id: 0, count: 0 }));
  return [...unlisted, ...rooms]
    .map((room) => ({ ...room, key: room.name, current: room.name === current, unsent: unsent.get(room.name) ?? 0,
      ...news(room, current, visits, unread) }))
    .sort((one, other) => (other.last_at ?? '').localeCompare(one.last_at ?? '') || other.last_id - one.last_id)
    .sort((one, other) => comesFirst(other) - comesFirst(one));
}

function countByRoom(entries) {
  const counts = new Map();
  for (const { room } of entries) counts.set(room, (counts.get(room) ?? 0) + 1);
  return counts;
}

function comesFirst({ unsent, current, last_id: lastId }) {
  if (unsent > 0) return 2;
  return current && lastId === 0 ? 1 : 0;
}

function news({ name, last_id }, current, visits, unread) {
  if (name === current) return { unread: 0, hasNews: false };
  const counted = own(unread, name);
  if (counted) return { unread: counted.exact ? counted.count : 0, hasNews: true };
  const seen = own(visits.rooms, name)?.seen ?? null;
  return { unread: 0, hasNews: seen !== null && last_id > seen };
}

function withRoom(list, name, change) {
  const room = list.rooms.find((known) => known.name === name);
  const changed = change(room);
  if (!changed) return list;
  return { ...list, rooms: room ? list.rooms.map((known) => (known === room ? changed : known)) : [...list.rooms, changed] };
}

function withoutRoom(list, room) {
  return { ...list, rooms: list.rooms.filter(({ name }) => name !== room), unread: without(list.unread, room) };
}

function without(entries, key) {
  if (!Object.hasOwn(entries, key)) return entries;
  const { [key]: _, ...rest } = entries;
  return rest;
}
