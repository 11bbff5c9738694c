import { own } from './lib/own.js';
import { conversationOf } from './page-state.js';
import { newestKnown } from './room-state.js';
import { roomRows } from './room-list-state.js';

/** "(3) lobby · Roomcast": what is new in other rooms, and here while nobody looks. Where it has no number, a dot. */
export function pageTitle(state) {
  const others = roomRows(state.list, state.room).filter(({ hasNews }) => hasNews);
  const counted = others.reduce((sum, { unread }) => sum + unread, unseenHere(state));
  const mark = counted > 0 ? `(${counted}) ` : others.length > 0 ? '• ' : '';
  return `${mark}${state.room} · Roomcast`;
}

function unseenHere(state) {
  const conversation = conversationOf(state);
  const seen = own(state.list.visits.rooms, state.room)?.seen ?? null;
  if (state.attentive || seen === null || newestKnown(conversation) <= seen) return 0;
  return conversation.recent.filter(({ type, data }) => type === 'message' && data.id > seen && data.user !== state.me).length;
}
