import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KEPT_MESSAGES, newConversation, newestKnown, reduceConversation, unknownQuotes } from '../../Public/scripts/room-state.js';

const message = (id, prev, more = {}) => ({ id, prev, room: 'lobby', user: 'ann', text: `text ${id}`, sent_at: '2026-11-22T10:00:00Z', ...more });
const streamed = (id, prev, more) => ({ type: 'message', data: message(id, prev, more), cursor: `k3f9-${id}` });
const edited = (id, prev, target, text) => ({ type: 'edit', data: { id, prev, message_id: target, text }, cursor: `k3f9-${id}` });
const after = (events, state = newConversation({ room: 'lobby' })) => events.reduce(reduceConversation, state);
const ids = (state) => state.messages.map(({ id }) => id);
const range = (from, to) => Array.from({ length: to - from + 1 }, (_, index) => message(from + index, from + index - 1));

const page = (messages, cursor, more = {}) => ({ messages, has_more_before: true, has_more_after: false, cursor: `k3f9-${cursor}`, ...more });
const whole = (of, more = {}) => ({ type: 'history-loaded', part: 'whole', page: of, ...more });
const older = (of, edge) => ({ type: 'history-loaded', part: 'older', page: of, edge });
const newer = (of, edge) => ({ type: 'history-loaded', part: 'newer', page: of, edge });

const present = whole(page([message(3, 0), message(5, 3)], 6));
/** Around message 20 of a room that has more on both sides. */
const past = whole(page(range(11, 30), 30, { has_more_after: true }), { focus: 20 });

test('aMessageThatComesTwice_IsThereOnce', () => {
  const state = after([present, streamed(7, 6), streamed(7, 6)]);
  assert.deepEqual(ids(state), [3, 5, 7]);
  assert.equal(state.missed, null);
});

test('everyDurableEvent_MovesTheChain', () => {
  for (const type of ['edit', 'delete', 'reaction', 'pin', 'room']) {
    const state = after([present, { type, data: { id: 8, prev: 5, message_id: 3 }, cursor: 'k3f9-8' }, streamed(9, 8)]);
    assert.equal(state.missed, null, type);
  }
});

test('aBrokenChain_AsksForWhatIsMissing_AndIsMendedByIt', () => {
  const broken = after([present, streamed(7, 6), streamed(12, 11)]);
  assert.deepEqual(broken.missed, { after: 7 });
  assert.deepEqual(ids(broken), [3, 5, 7, 12]);
  const mended = after([{ type: 'mended', page: page([message(9, 7), message(11, 9), message(12, 11)], 12), missed: broken.missed }], broken);
  assert.deepEqual(ids(mended), [3, 5, 7, 9, 11, 12]);
  assert.equal(mended.missed, null);
});

test('aChainThatBreaksAgainWhileItIsMended_IsAskedForAgainFromTheFirstBreak', () => {
  const broken = after([present, streamed(7, 6), streamed(12, 11)]);
  const again = after([streamed(20, 18)], broken);
  assert.deepEqual(after([{ type: 'mended', page: page([message(11, 7)], 12), missed: broken.missed }], again).missed, { after: 7 });
});

test('aMendingPageThatIsNotTheLast_IsFollowedByTheNext', () => {
  const broken = after([present, streamed(12, 11)]);
  const first = page([message(9, 7)], 9, { has_more_after: true });
  assert.deepEqual(after([{ type: 'mended', page: first, missed: broken.missed }], broken).missed, { after: 9 });
});

test('theAnswerToAPost_DoesNotHideAnEarlierMessageStillOnItsWay', () => {
  const answer = { type: 'posted', message: message(9, 8) };
  const state = after([present, answer, streamed(8, 6), streamed(9, 8)]);
  assert.deepEqual(ids(state), [3, 5, 8, 9]);
  assert.equal(state.missed, null);
});

test('anEditAndADeletion_ChangeTheirMessage', () => {
  const state = after([present, edited(7, 6, 3, 'better'), { type: 'delete', data: { id: 8, prev: 7, message_id: 5 }, cursor: 'k3f9-8' }]);
  assert.equal(state.messages[0].text, 'better');
  assert.ok(state.messages[0].edited_at);
  assert.equal(state.messages[1].text, '');
  assert.ok(state.messages[1].deleted_at);
});

test('aPageFromBeforeAnEdit_DoesNotBringTheOldTextBack', () => {
  const state = after([present, edited(7, 6, 1, 'better'), older(page([message(1, 0), message(2, 1)], 6), 3)]);
  assert.equal(state.messages[0].text, 'better');
  assert.equal(after([edited(7, 6, 3, 'better'), present]).messages[0].text, 'better');
});

test('whatComesBeforeTheFirstPage_IsThereWithIt', () => {
  const state = after([streamed(7, 6), streamed(8, 7), present]);
  assert.deepEqual(ids(state), [3, 5, 7, 8]);
  assert.deepEqual(after([streamed(12, 11)], state).missed, { after: 8 });
});

test('aPageOlderThanWhereTheStreamBegan_IsNotTakenForThePresent', () => {
  const state = after([present], newConversation({ room: 'lobby', position: 9 }));
  assert.equal(state.hasMoreAfter, true);
  const caughtUp = after([streamed(12, 8), newer(page([message(8, 5)], 12), 5)], state);
  assert.deepEqual(ids(caughtUp), [3, 5, 8]);
  assert.equal(caughtUp.hasMoreAfter, false);
});

test('aServerThatStaysBehind_IsNotAskedOnAndOn', () => {
  const state = after([present], newConversation({ room: 'lobby', position: 9 }));
  assert.equal(after([newer(page([], 6), 5)], state).newer, 'failed');
});

test('inThePast_NewMessagesAreRememberedButNotShown', () => {
  const state = after([past, streamed(90, 89), streamed(91, 90)]);
  assert.equal(ids(state).at(-1), 30);
  assert.equal(newestKnown(state), 91);
  assert.deepEqual(state.focus, { id: 20 });
  assert.equal(state.missed, null);
});

test('pagingDown_ComesToThePresentWithoutAHole', () => {
  const state = after([
    past,
    streamed(51, 50),
    newer(page(range(31, 49), 49, { has_more_after: true }), 30),
    streamed(52, 51),
    // Made before 52 was written.
    newer(page([message(50, 49), message(51, 50)], 51), 49),
    streamed(53, 52),
  ]);
  assert.deepEqual(ids(state), range(11, 53).map(({ id }) => id));
  assert.equal(state.hasMoreAfter, false);
  assert.equal(state.missed, null);
});

test('moreEventsThanAreRememberedMeanwhile_LeaveNoHole', () => {
  const many = range(1_001, 1_400).map((data) => ({ type: 'message', data, cursor: `k3f9-${data.id}` }));
  const state = after([past, ...many, newer(page(range(31, 40), 1_050), 30)]);
  assert.equal(state.hasMoreAfter, true);
});

test('aPageForAnEdgeThatIsNotThereAnyMore_IsThrownAway', () => {
  const state = after([past, older(page(range(1, 4), 4), 5), newer(page(range(60, 70), 70), 59)]);
  assert.deepEqual(ids(state), range(11, 30).map(({ id }) => id));
});

test('aLongPiece_IsCappedAtTheFarEnd', () => {
  const up = after([whole(page(range(1_001, 1_290), 1_290)), older(page(range(951, 1_000), 1_000), 1_001)]);
  assert.equal(up.messages.length, KEPT_MESSAGES);
  assert.equal(ids(up)[0], 951);
  assert.equal(up.hasMoreAfter, true);
  const down = after([newer(page(range(1_251, 1_300), 1_300), 1_250)], up);
  assert.equal(down.messages.length, KEPT_MESSAGES);
  assert.equal(ids(down).at(-1), 1_300);
  assert.equal(down.hasMoreBefore, true);
});

test('readingAlong_LetsGoOfTheBeginning', () => {
  const state = after([whole(page(range(1, 500), 500, { has_more_before: false })), { type: 'reading-along' }]);
  assert.equal(state.messages.length, KEPT_MESSAGES);
  assert.equal(state.messages.at(-1).id, 500);
  assert.equal(state.hasMoreBefore, true);
});

test('whileTheReaderIsElsewhere_ThePieceDoesNotGrowForEver', () => {
  const many = range(501, 1_300).map((data) => ({ type: 'message', data, cursor: `k3f9-${data.id}` }));
  const state = after([whole(page(range(301, 500), 500)), ...many]);
  assert.ok(state.messages.length <= 600);
  assert.equal(state.hasMoreAfter, true);
});

test('anExpiredGap_IsKeptWhereItIs_AndTheChainBeginsAnew', () => {
  const state = after([present, { type: 'gap', data: { reason: 'expired', oldest_id: 40 }, cursor: 'k3f9-39' }, streamed(40, 38)]);
  assert.deepEqual(state.gaps, [{ after: 5, reason: 'expired' }]);
  assert.equal(state.missed, null);
});

test('aGapThatIsNoPlace_LeavesWhereTheStreamBegan', () => {
  const begun = newConversation({ room: 'lobby', position: 10 });
  const gap = { type: 'gap', data: { reason: 'expired', oldest_id: 40 }, cursor: '' };
  // A page from before the stream began does not reach to what the stream brings.
  assert.equal(after([gap, streamed(40, 38), present], begun).hasMoreAfter, true);
  assert.equal(after([gap, streamed(40, 38), whole(page([message(38, 9)], 38))], begun).hasMoreAfter, false);
});

test('aDeletedRoom_BeginsAnewAtItsFirstMessage', () => {
  const state = after([present, { type: 'room', data: { id: 9, prev: 5, deleted: true }, cursor: 'k3f9-9' }, streamed(12, 0)]);
  assert.deepEqual(ids(state), [12]);
  assert.equal(state.missed, null);
});

test('whereNewMessagesBegan_IsForgottenByWritingAndWhereNothingIsNew', () => {
  const visited = (newAfter) => ({ ...newConversation({ room: 'lobby' }), newAfter });
  assert.equal(after([present], visited(3)).newAfter, 3);
  assert.equal(after([present], visited(5)).newAfter, null);
  assert.equal(after([present, { type: 'queued' }], visited(3)).newAfter, null);
});

test('anEventOfNoConcern_LeavesTheStateAsItIs', () => {
  const state = after([present]);
  assert.equal(reduceConversation(state, { type: 'heartbeat', data: {} }), state);
});

test('whatIsRepliedToAndNotShown_IsAskedForOnce', () => {
  const state = after([whole(page([message(3, 0), message(5, 3, { reply_to: 3 }), message(6, 5, { reply_to: 1 }), message(7, 6, { reply_to: 2 })], 7))]);
  assert.deepEqual(unknownQuotes(state), [1, 2]);
  const known = after([{ type: 'quote-loaded', id: 1, message: message(1, 0) }, { type: 'quote-loaded', id: 2, message: null }], state);
  assert.deepEqual(unknownQuotes(known), []);
});

test('aDeletedMessage_IsQuotedWithoutItsText_AndNotRepliedTo', () => {
  const replying = after([present, { type: 'quote-loaded', id: 1, message: message(1, 0) }, { type: 'reply-chosen', message: message(1, 0) }]);
  assert.equal(replying.replyTo.id, 1);
  const deleted = after([{ type: 'delete', data: { id: 8, prev: 6, message_id: 1, deleted_at: '2026-11-22T11:00:00Z' }, cursor: 'k3f9-8' }], replying);
  assert.equal(deleted.replyTo, null);
  assert.deepEqual([deleted.quotes[1].text, deleted.quotes[1].deleted_at], ['', '2026-11-22T11:00:00Z']);
});

test('whatWasSent_EndsTheReply', () => {
  assert.equal(after([present, { type: 'reply-chosen', message: message(3, 0) }, { type: 'queued' }]).replyTo, null);
});

test('whatWasPostedDuringALongReplay_LeavesNoHoleBeforeIt', () => {
  const replay = Array.from({ length: 1500 }, (_, index) => streamed(8 + index, 7 + index));
  const state = after([whole(page(range(1, 7), 7)), { type: 'posted', message: message(2000, 1999) }, ...replay]);
  assert.equal(state.hasMoreAfter, true);
  const shown = ids(state);
  // One unbroken piece: what is loaded next begins right behind it.
  assert.deepEqual(shown, Array.from({ length: shown.length }, (_, index) => shown[0] + index));
  assert.ok(shown.at(-1) < 1507);
});

test('aPageFromBeforeARoomsDeletion_ShowsNothingOfIt', () => {
  const deleted = { type: 'room', data: { id: 9, prev: 6, room: 'lobby', deleted: true }, cursor: 'k3f9-9' };
  assert.deepEqual(ids(after([deleted, present])), []);
  assert.deepEqual(ids(after([deleted, whole(page([message(12, 0)], 12))])), [12]);
});
