/*
 * Which rooms this browser has been in: when last, and up to which message they were read. Kept between visits, for one
 * log only: in another one (`epoch`) the ids mean nothing, so there only the rooms themselves are kept.
 *
 * `{ epoch, rooms: { lobby: { seen: 1042, at: 1795348800000 } } }`; `seen` is null where nothing is known.
 */
import { own } from './own.js';

const MOST_VISITS = 100;

export function newVisits() {
  return { epoch: null, rooms: {} };
}

/** What was kept, or nothing, if that cannot be read. */
export function parseVisits(text) {
  try {
    const { epoch = null, rooms } = JSON.parse(text);
    return rooms && typeof rooms === 'object' ? { epoch, rooms } : newVisits();
  } catch {
    return newVisits();
  }
}

export function visited(visits, room, now) {
  const rooms = { ...visits.rooms, [room]: { seen: own(visits.rooms, room)?.seen ?? null, at: now } };
  const kept = Object.entries(rooms).sort(([, one], [, other]) => other.at - one.at).slice(0, MOST_VISITS);
  return { ...visits, rooms: Object.fromEntries(kept) };
}

export function seenUpTo(visits, room, id) {
  const visit = own(visits.rooms, room);
  if (!visit || (visit.seen !== null && visit.seen >= id)) return visits;
  return { ...visits, rooms: { ...visits.rooms, [room]: { ...visit, seen: id } } };
}

export function forgotten(visits, room) {
  const { [room]: _, ...rooms } = visits.rooms;
  return { ...visits, rooms };
}

export function inLog(visits, epoch) {
  if (visits.epoch === epoch) return visits;
  const rooms = Object.entries(visits.rooms).map(([room, { at }]) => [room, { seen: null, at }]);
  return { epoch, rooms: Object.fromEntries(rooms) };
}

/** Both tabs are right: a room is read as far as in the one where it is read further. */
export function mergedVisits(ours, theirs) {
  if (theirs.epoch !== ours.epoch) return ours;
  let merged = ours;
  for (const [room, { seen, at }] of Object.entries(theirs.rooms)) {
    if (!(own(merged.rooms, room)?.at >= at)) merged = visited(merged, room, at);
    if (seen !== null) merged = seenUpTo(merged, room, seen);
  }
  return merged;
}

/** The names of the rooms that were visited, the latest first. */
export function latestVisits({ rooms }) {
  return Object.entries(rooms).sort(([, one], [, other]) => other.at - one.at).map(([room]) => room);
}
