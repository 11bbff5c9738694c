import { fetchRoom } from './access-api.js';
import { Problem } from './api.js';

/** After that it may not be meant any more, and the server need not remember for ever that it has stored it. */
const LONGEST_LEFT_MS = 24 * 3600 * 1000;

/**
 * Of a message that a page has left unsent: throws a `Problem` if it is not to go out by itself, for the person to decide.
 * No page was there to hear what became of its room, which may be somebody else's by now, or open to more people.
 */
export async function expectStillMeant({ room, visibility, begins, sent_at: writtenAt }, now = Date.now()) {
  if (now - Date.parse(writtenAt) > LONGEST_LEFT_MS) throw refusal('waited_long');
  if (begins) return;
  const is = await detailsOf(room);
  if (visibility === 'private' && is.visibility !== 'private') throw refusal('room_public');
}

async function detailsOf(room) {
  try {
    return await fetchRoom(room);
  } catch (problem) {
    throw problem.code === 'room_not_found' ? refusal('room_gone') : problem;
  }
}

function refusal(code) {
  return new Problem({ status: 409, code });
}
