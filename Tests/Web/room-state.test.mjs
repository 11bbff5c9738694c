import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newRoomState, reduce } from '../../Public/scripts/room-state.js';

const message = (id, prev, more = {}) => ({ id, prev, room: 'lobby', user: 'ann', text: `text ${id}`, sent_at: '2026-11-22T10:00:00Z', ...more });
const streamed = (id, prev, more) => ({ type: 'message', data: message(id, prev, more), cursor: `k3f9-${id}` });
const after = (events, state = newRoomState({ room: 'lobby', user: 'ann' })) => events.reduce(reduce, state);
const ids = (state) => state.messages.map(({ id }) => id);

const loaded = {
  type: 'loaded',
  page: { messages: [message(3, 0), message(5, 3)], has_more_before: true, has_more_after: false, cursor: 'k3f9-6' },
};
const queued = { type: 'queued', entry: { client_id: 'c1', user: 'ann', text: 'mine', sent_at: '2026-11-22T10:00:00Z' } };

test('theStream_GoesOnFromTheCursorOfTheFirstPage', () => {
  assert.equal(after([loaded]).cursor, 'k3f9-6');
});

test('aMessageThatComesTwice_IsThereOnce', () => {
  const state = after([loaded, streamed(7, 6), streamed(7, 6)]);
  assert.deepEqual(ids(state), [3, 5, 7]);
  assert.equal(state.missed, null);
});

test('everyDurableEvent_MovesTheCursorAndTheChain', () => {
  for (const type of ['edit', 'delete', 'reaction', 'pin', 'room']) {
    const state = after([loaded, { type, data: { id: 8, prev: 5, message_id: 3 }, cursor: 'k3f9-8' }, streamed(9, 8)]);
    assert.equal(state.cursor, 'k3f9-9', type);
    assert.equal(state.missed, null, type);
  }
});

test('welcome_SetsTheCursorOnlyWhenItCarriesOne', () => {
  assert.equal(after([loaded, { type: 'welcome', data: {}, cursor: 'k3f9-9' }]).cursor, 'k3f9-9');
  assert.equal(after([loaded, { type: 'welcome', data: {}, cursor: '' }]).cursor, 'k3f9-6');
});

test('aBrokenChain_AsksForWhatIsMissing_AndIsMendedByIt', () => {
  const broken = after([loaded, streamed(7, 6), streamed(12, 11)]);
  assert.deepEqual(broken.missed, { after: 7 });
  assert.deepEqual(ids(broken), [3, 5, 7, 12]);
  const page = { messages: [message(9, 7), message(11, 9), message(12, 11)], has_more_after: false, cursor: 'k3f9-12' };
  const mended = reduce(broken, { type: 'mended', page, missed: broken.missed });
  assert.deepEqual(ids(mended), [3, 5, 7, 9, 11, 12]);
  assert.equal(mended.missed, null);
});

test('aChainThatBreaksAgainWhileItIsMended_IsAskedForAgainFromTheFirstBreak', () => {
  const broken = after([loaded, streamed(7, 6), streamed(12, 11)]);
  const again = reduce(broken, streamed(20, 18));
  const page = { messages: [message(11, 7)], has_more_after: false, cursor: 'k3f9-12' };
  assert.deepEqual(reduce(again, { type: 'mended', page, missed: broken.missed }).missed, { after: 7 });
});

test('aMendingPageThatIsNotTheLast_IsFollowedByTheNext', () => {
  const broken = after([loaded, streamed(12, 11)]);
  const page = { messages: [message(9, 7)], has_more_after: true, cursor: 'k3f9-12' };
  assert.deepEqual(reduce(broken, { type: 'mended', page, missed: broken.missed }).missed, { after: 9 });
});

test('theEcho_ReplacesWhatIsBeingSent_WhicheverOfEchoAndAnswerIsFirst', () => {
  const echo = streamed(7, 6, { client_id: 'c1', text: 'mine' });
  const answer = { type: 'posted', client_id: 'c1', message: echo.data };
  for (const order of [[echo, answer], [answer, echo]]) {
    const state = after([loaded, queued, ...order]);
    assert.deepEqual(state.pending, []);
    assert.deepEqual(ids(state), [3, 5, 7]);
    assert.equal(state.missed, null);
  }
});

test('theAnswerToAPost_DoesNotHideAnEarlierMessageStillOnItsWay', () => {
  const answer = { type: 'posted', client_id: 'c1', message: message(9, 8, { client_id: 'c1' }) };
  const state = after([loaded, queued, answer, streamed(8, 6), streamed(9, 8, { client_id: 'c1' })]);
  assert.deepEqual(ids(state), [3, 5, 8, 9]);
  assert.equal(state.missed, null);
});

test('aRefusedMessage_KeepsItsTextAndReason_AndGoesAgainUnderTheNameOfNow', () => {
  const failed = after([loaded, queued, { type: 'failed', client_id: 'c1', reason: 'no' }]);
  assert.equal(failed.pending[0].state, 'failed');
  assert.equal(failed.pending[0].reason, 'no');
  const retried = reduce(failed, { type: 'retried', client_id: 'c1', user: 'anna' });
  assert.equal(retried.pending[0].state, 'sending');
  assert.equal(retried.pending[0].user, 'anna');
  assert.equal(retried.pending[0].text, 'mine');
});

test('whatWasStoredBeforeAReload_IsNotShownAsPending', () => {
  const state = newRoomState({ room: 'lobby', pending: [{ client_id: 'c1', state: 'sending' }] });
  const page = { ...loaded.page, messages: [message(3, 0, { client_id: 'c1' })] };
  assert.deepEqual(reduce(state, { type: 'loaded', page }).pending, []);
});

test('anEditAndADeletion_ChangeTheirMessage', () => {
  const state = after([loaded,
    { type: 'edit', data: { id: 7, prev: 6, message_id: 3, text: 'better' }, cursor: 'k3f9-7' },
    { type: 'delete', data: { id: 8, prev: 7, message_id: 5 }, cursor: 'k3f9-8' }]);
  assert.equal(state.messages[0].text, 'better');
  assert.ok(state.messages[0].edited_at);
  assert.equal(state.messages[1].text, '');
  assert.ok(state.messages[1].deleted_at);
});

test('anExpiredGap_IsKeptWhereItIs_AndTheChainBeginsAnew', () => {
  const state = after([loaded, { type: 'gap', data: { reason: 'expired', oldest_id: 40 }, cursor: 'k3f9-39' }, streamed(40, 38)]);
  assert.deepEqual(state.gaps, [{ after: 5, reason: 'expired' }]);
  assert.equal(state.missed, null);
  assert.equal(state.cursor, 'k3f9-40');
});

test('aGapIntoAnotherLog_DropsWhatWasShown_AndSaysSoBelowTheNewHistory', () => {
  const lost = after([loaded, { type: 'gap', data: { reason: 'unknown' }, cursor: 'zz-1' }]);
  assert.deepEqual(lost.messages, []);
  assert.equal(lost.cursor, null);
  const page = { messages: [message(1, 0)], has_more_before: false, has_more_after: false, cursor: 'zz-1' };
  assert.deepEqual(reduce(lost, { type: 'loaded', page }).gaps, [{ after: 1, reason: 'unknown' }]);
});

test('aDeletedRoom_BeginsAnewAtItsFirstMessage', () => {
  const state = after([loaded, { type: 'room', data: { id: 9, prev: 5, deleted: true }, cursor: 'k3f9-9' }, streamed(12, 0)]);
  assert.deepEqual(ids(state), [12]);
  assert.equal(state.missed, null);
});

test('readingAlong_LetsGoOfTheBeginning', () => {
  const messages = Array.from({ length: 500 }, (_, index) => message(index + 1, index));
  const state = after([{ type: 'loaded', page: { ...loaded.page, messages, has_more_before: false } }, { type: 'reading-along' }]);
  assert.equal(state.messages.length, 300);
  assert.equal(state.messages.at(-1).id, 500);
  assert.equal(state.hasMoreBefore, true);
});

test('earlierHistory_StandsBeforeWhatIsThere', () => {
  const page = { messages: [message(1, 0), message(2, 1), message(3, 2)], has_more_before: false, has_more_after: true };
  const state = after([loaded, { type: 'older-asked' }, { type: 'older-loaded', page }]);
  assert.deepEqual(ids(state), [1, 2, 3, 5]);
  assert.equal(state.hasMoreBefore, false);
  assert.equal(state.history, 'idle');
});

test('anEventOfNoConcern_LeavesTheStateAsItIs', () => {
  const state = after([loaded]);
  assert.equal(reduce(state, { type: 'heartbeat', data: {} }), state);
});
