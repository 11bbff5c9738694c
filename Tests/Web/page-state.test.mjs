import assert from 'node:assert/strict';
import { test } from 'node:test';
import { conversationOf, newPageState, peopleOf, reduce } from '../../Public/scripts/page-state.js';
import { pageTitle } from '../../Public/scripts/page-title.js';
import { roomRows, roomsToFollow } from '../../Public/scripts/room-list-state.js';
import { latestVisits, parseVisits } from '../../Public/scripts/lib/visits.js';

const message = (id, prev, room = 'lobby', more = {}) => ({ id, prev, room, user: 'bob', text: `text ${id}`, sent_at: '2026-11-22T10:00:00Z', ...more });
const streamed = (...message_) => ({ type: 'message', data: message(...message_), cursor: `k3f9-${message_[0]}` });
const page = (messages, cursor) => ({ messages, has_more_before: false, has_more_after: false, cursor: `k3f9-${cursor}` });
const loaded = (room, messages, cursor) => ({ type: 'history-loaded', room, part: 'whole', page: page(messages, cursor) });
const opened = (room, now) => ({ type: 'opened', room, now });
const seen = (room, id) => ({ type: 'seen', room, id });
const listed = (...rooms) => ({ type: 'rooms-loaded', rooms: rooms.map(([name, last_id, count = 0]) => ({ name, last_id, last_at: `2026-11-22T10:00:${String(last_id).padStart(2, '0')}Z`, count })) });
const queued = { type: 'queued', room: 'lobby', entry: { client_id: 'c1', room: 'lobby', user: 'ann', text: 'mine', sent_at: '2026-11-22T10:00:00Z' } };

const begun = [
  opened('lobby', 1),
  { type: 'located', cursor: 'k3f9-6', position: 6, epoch: 'k3f9' },
  loaded('lobby', [message(3, 0), message(5, 3)], 6),
  { type: 'followed', rooms: ['lobby', 'garden'] },
  { type: 'caught-up', data: { rooms: ['lobby', 'garden'], replayed: 0 } },
];
const after = (events, state = newPageState({ room: 'lobby', user: 'ann' })) => events.reduce(reduce, state);
const ids = (state) => conversationOf(state).messages.map(({ id }) => id);
const row = (state, name) => roomRows(state.list, state.room).find((room) => room.name === name);

test('theStream_GoesOnFromTheCursorOfTheFirstPage_AndMovesWithEveryRoom', () => {
  assert.equal(after(begun).cursor, 'k3f9-6');
  assert.equal(after([...begun, streamed(8, 0, 'garden')]).cursor, 'k3f9-8');
  assert.equal(after([...begun, { type: 'welcome', data: {}, cursor: '' }]).cursor, 'k3f9-6');
});

test('aRoomThatWasOpenedBefore_IsCompleteAtOnce', () => {
  const state = after([...begun, opened('garden', 2), loaded('garden', [message(1, 0, 'garden')], 6),
    streamed(7, 5), streamed(8, 1, 'garden'), opened('lobby', 3)]);
  assert.deepEqual(ids(state), [3, 5, 7]);
  assert.deepEqual(ids(after([opened('garden', 4)], state)), [1, 8]);
});

test('aRoomThatIsNotFollowedAnyMore_IsLoadedAnew', () => {
  const state = after([...begun, opened('garden', 2), { type: 'followed', rooms: ['garden'] }, opened('lobby', 3)]);
  assert.equal(conversationOf(state).loaded, false);
});

test('whatComesWhileARoomIsBeingLoaded_IsNotLost', () => {
  const state = after([...begun, opened('garden', 2), streamed(8, 1, 'garden'), loaded('garden', [message(1, 0, 'garden')], 7)]);
  assert.deepEqual(ids(state), [1, 8]);
  assert.equal(conversationOf(state).missed, null);
});

test('theEcho_ReplacesWhatIsBeingSent_WhicheverOfEchoAndAnswerIsFirst', () => {
  const echo = streamed(7, 6, 'lobby', { client_id: 'c1', text: 'mine', user: 'ann' });
  const answer = { type: 'posted', room: 'lobby', client_id: 'c1', message: echo.data };
  for (const order of [[echo, answer], [answer, echo]]) {
    const state = after([...begun, queued, ...order]);
    assert.deepEqual(state.pending, []);
    assert.deepEqual(ids(state), [3, 5, 7]);
  }
});

test('aRefusedMessage_KeepsItsTextAndReason_AndGoesAgainUnderTheNameOfNow', () => {
  const failed = after([...begun, queued, { type: 'failed', client_id: 'c1', reason: 'no' }]);
  assert.deepEqual([failed.pending[0].state, failed.pending[0].reason], ['failed', 'no']);
  const [retried] = after([{ type: 'retried', client_id: 'c1', user: 'anna' }], failed).pending;
  assert.deepEqual([retried.state, retried.user, retried.text, retried.reason], ['sending', 'anna', 'mine', undefined]);
});

test('whatWasStoredBeforeAReload_IsNotShownAsPending', () => {
  const state = after([{ type: 'taken-over', account: null, entries: [{ client_id: 'c1', room: 'lobby', state: 'sending' }] }]);
  assert.deepEqual(after([loaded('lobby', [message(3, 0, 'lobby', { client_id: 'c1' })], 6)], state).pending, []);
});

test('aGapIntoAnotherLog_DropsWhatWasShown_AndSaysSoBelowTheNewHistory', () => {
  const lost = after([...begun, seen('lobby', 5), { type: 'gap', data: { room: 'lobby', reason: 'unknown' }, cursor: 'zz-1' }]);
  assert.deepEqual(ids(lost), []);
  assert.equal(lost.cursor, null);
  const anew = after([{ type: 'located', cursor: 'zz-1', position: 1, epoch: 'zz' }, loaded('lobby', [message(1, 0)], 1)], lost);
  assert.deepEqual(conversationOf(anew).gaps, [{ after: 1, reason: 'unknown' }]);
  assert.equal(anew.list.visits.rooms.lobby.seen, null);
});

test('anExpiredGap_ConcernsItsRoomOnly', () => {
  const state = after([...begun, { type: 'gap', data: { room: 'garden', reason: 'expired', oldest_id: 9 }, cursor: 'k3f9-8' }]);
  assert.deepEqual(ids(state), [3, 5]);
  assert.deepEqual(conversationOf(state).gaps, []);
  assert.equal(state.cursor, 'k3f9-8');
});

test('aMessageInAnotherRoom_IsCountedUntilThatRoomIsOpened_AndMovesItUp', () => {
  const state = after([...begun, listed(['lobby', 5], ['garden', 2]), streamed(7, 2, 'garden'), streamed(8, 7, 'garden')]);
  assert.deepEqual([row(state, 'garden').unread, row(state, 'garden').hasNews, row(state, 'garden').last_id], [2, true, 8]);
  assert.equal(pageTitle(state), '(2) lobby · Roomcast');
  assert.equal(row(after([opened('garden', 2)], state), 'garden').hasNews, false);
  assert.equal(pageTitle(after([opened('garden', 2)], state)), 'garden · Roomcast');
});

test('onesOwnMessages_AndThoseReadInAnotherTab_AreNoNews', () => {
  const visits = { epoch: 'k3f9', rooms: { garden: { seen: 7, at: 1 } } };
  const state = after([...begun, streamed(7, 2, 'garden'), { type: 'visits-read', visits }, streamed(8, 7, 'garden', { user: 'ann' })]);
  assert.equal(row(state, 'garden').unread, 0);
});

test('newsOfUnknownNumber_IsOnlyADot', () => {
  const visits = { epoch: 'k3f9', rooms: { garden: { seen: 2, at: 1 }, ops: { seen: 4, at: 1 } } };
  const state = after([...begun, listed(['garden', 4], ['ops', 4], ['never-visited', 5])], newPageState({ room: 'lobby', user: 'ann', visits }));
  assert.deepEqual(['garden', 'ops', 'never-visited'].map((name) => row(state, name).hasNews), [true, false, false]);
  assert.equal(row(after([streamed(9, 4, 'garden')], state), 'garden').unread, 0);
  assert.equal(pageTitle(state), '• lobby · Roomcast');
});

test('theList_HasTheNewestActivityFirst_AndTheCurrentRoomBeforeItsFirstMessage', () => {
  const state = after([...begun, listed(['garden', 2], ['lobby', 5], ['ops', 9]), opened('new', 2)]);
  assert.deepEqual(roomRows(state.list, state.room).map(({ name }) => name), ['new', 'ops', 'lobby', 'garden']);
});

test('aRoomThatSomethingWasNotSentTo_ComesFirst_AlsoIfItIsNotListed', () => {
  const failedIn = (room, client_id) => [{ ...queued, room, entry: { ...queued.entry, room, client_id } }, { type: 'failed', client_id, reason: 'no' }];
  const state = after([...begun, listed(['garden', 2], ['ops', 9]), ...failedIn('garden', 'c2'), ...failedIn('gone', 'c3'), ...failedIn('gone', 'c4'),
    ...failedIn('lobby', 'c5'), { ...queued, room: 'ops', entry: { ...queued.entry, room: 'ops', client_id: 'c6' } }]);
  assert.deepEqual(roomRows(state.list, state.room, state.pending).map(({ name, unsent }) => [name, unsent]),
    [['garden', 1], ['gone', 2], ['lobby', 0], ['ops', 0]]);
});

test('whatSomebodyElseHadWritten_TellsOfNoRoomThatIsNotListed', () => {
  const held = (room, client_id) => [{ ...queued, room, entry: { ...queued.entry, room, client_id } }, { type: 'failed', client_id, code: 'other_identity' }];
  const state = after([...begun, listed(['garden', 2], ['lobby', 5]), ...held('garden', 'c2'), ...held('secret', 'c3')]);
  assert.deepEqual(roomRows(state.list, state.room, state.pending).map(({ name, unsent }) => [name, unsent]), [['garden', 1], ['lobby', 0]]);
});

test('aShorterListThatWasAskedForBefore_DoesNotTakeTheRestBack', () => {
  const more = { ...listed(['lobby', 9], ['garden', 2]), wanted: 500 };
  const state = after([...begun, { ...listed(['lobby', 9]), wanted: 100 }, more, { ...listed(['lobby', 9]), wanted: 100 }]);
  assert.deepEqual(state.list.rooms.map(({ name }) => name), ['lobby', 'garden']);
  assert.deepEqual(after([{ ...listed(['lobby', 9]), wanted: 500 }], state).list.rooms.map(({ name }) => name), ['lobby']);
});

test('anAnswerThatIsOlderThanTheStream_DoesNotTakeARoomBack', () => {
  const state = after([...begun, listed(['garden', 2]), streamed(8, 2, 'garden'), listed(['garden', 2])]);
  assert.equal(row(state, 'garden').last_id, 8);
});

test('theStream_HasTheCurrentRoomAndTheLatestVisited_ButNoMoreThanFitsIntoAnAddress', () => {
  const visits = { epoch: 'k3f9', rooms: Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`room-${n}`, { seen: 1, at: n }])) };
  const rooms = roomsToFollow({ visits }, 'lobby');
  assert.equal(rooms.length, 20);
  assert.deepEqual(rooms.slice(0, 3), ['lobby', 'room-59', 'room-58']);
  const long = { rooms: Object.fromEntries(Array.from({ length: 20 }, (_, n) => ['好'.repeat(62) + String(n), { at: n }])) };
  assert.ok(encodeURIComponent(roomsToFollow({ visits: long }, 'lobby').join(',')).length <= 3_100);
});

test('visits_SurviveAnythingThatIsKeptInTheirPlace', () => {
  assert.deepEqual([null, '', '{}', '{"rooms":7}', 'x'].map(parseVisits).map(latestVisits), [[], [], [], [], []]);
});

test('presence_ReplacesAndThenChanges', () => {
  const told = after([...begun, listed(['lobby', 5]), { type: 'presence', data: { room: 'lobby', present: ['bob', 'ann'], count: 2 } }]);
  assert.deepEqual(peopleOf(told).names, ['ann', 'bob']);
  const changed = after([{ type: 'presence', data: { room: 'lobby', joined: ['cid', 'eve'], left: ['bob'], count: 3 } }], told);
  assert.deepEqual(peopleOf(changed).names, ['ann', 'cid', 'eve']);
  assert.equal(row(changed, 'lobby').count, 3);
  const again = after([{ type: 'presence', data: { room: 'lobby', present: ['ann'], count: 1 } }], changed);
  assert.deepEqual(peopleOf(again).names, ['ann']);
});

test('ofACrowd_OnlyTheNumberChanges', () => {
  const state = after([...begun, { type: 'presence', data: { room: 'lobby', present: ['ann', 'bob'], count: 2 } },
    { type: 'presence', data: { room: 'lobby', count: 240 } }]);
  assert.equal(peopleOf(state).count, 240);
  assert.deepEqual(peopleOf(state).names, ['ann', 'bob']);
});

test('presenceOfOtherRooms_IsKeptForWhenTheyAreOpened', () => {
  const state = after([...begun, { type: 'presence', data: { room: 'garden', present: ['cid'], count: 1 } }, opened('garden', 2)]);
  assert.deepEqual(peopleOf(state).names, ['cid']);
});

test('members_TellWhoHasAnAccount_ButNotWhoIsHereOnceTheStreamDoes', () => {
  const members = { type: 'members-loaded', room: 'lobby', members: [{ user: 'ann', online: true }, { user: 'eve', online: false }], guests: ['bob'], count: 2 };
  const presence = { type: 'presence', data: { room: 'lobby', present: ['ann', 'cid'], count: 2 } };
  assert.deepEqual(peopleOf(after([...begun, members])).names, ['ann', 'bob']);
  for (const order of [[members, presence], [presence, members]]) {
    const people = peopleOf(after([...begun, ...order]));
    assert.deepEqual([people.names, people.members], [['ann', 'cid'], ['ann', 'eve']]);
  }
});

test('typing_EndsByTheMessageOrAfterAWhile', () => {
  const typing = [...begun, { type: 'typing', data: { room: 'lobby', user: 'bob' }, now: 1_000 }, { type: 'typing', data: { room: 'lobby', user: 'cid' }, now: 2_000 }];
  const users = (state) => state.typing.map(({ user }) => user);
  assert.deepEqual(users(after([...typing, streamed(7, 5)])), ['cid']);
  assert.deepEqual(users(after([...typing, { type: 'time-passed', now: 6_500 }])), ['cid']);
  assert.deepEqual(users(after([...typing, { type: 'typing', data: { room: 'lobby', user: 'bob' }, now: 5_000 }, { type: 'time-passed', now: 7_500 }])), ['bob']);
});

test('whatABreakKeptAway_IsCountedForTheRoomThatIsLookedAt', () => {
  const state = after([...begun, { type: 'connection', phase: 'waiting' }, { type: 'connection', phase: 'connecting' },
    { type: 'welcome', data: { user: 'ann' }, cursor: 'k3f9-6' }, streamed(7, 5), streamed(8, 0, 'garden'), streamed(9, 7),
    { type: 'caught-up', data: { replayed: 3 } }]);
  assert.deepEqual(state.cameBack, { count: 2 });
  assert.equal(state.connection.phase, 'live');
});

test('whatOneWroteMeanwhile_HasNotComeMeanwhile', () => {
  const entry = { client_id: 'a', room: 'lobby', user: 'ann', text: 'mine', sent_at: '2026-11-22T10:00:00Z' };
  const [mine, theirs] = [streamed(7, 5), streamed(8, 7)];
  const state = after([...begun, { type: 'queued', room: 'lobby', entry }, { type: 'connection', phase: 'waiting' },
    { type: 'welcome', data: { user: 'ann' }, cursor: 'k3f9-6' }, { ...mine, data: { ...mine.data, client_id: 'a' } }, theirs]);
  assert.deepEqual(state.cameBack, { count: 1 });
});

test('whileNobodyLooks_NewMessagesBeginAfterTheLastOneSeen', () => {
  const state = after([...begun, seen('lobby', 5), { type: 'attention', attentive: false }, streamed(7, 5), streamed(8, 7)]);
  assert.equal(conversationOf(state).newAfter, 5);
  assert.equal(pageTitle(state), '(2) lobby · Roomcast');
  assert.equal(conversationOf(after([...begun, seen('lobby', 5), streamed(7, 5)])).newAfter, null);
});

test('anEventOfNoConcern_LeavesTheStateAsItIs', () => {
  const state = after(begun);
  assert.equal(reduce(state, { type: 'heartbeat', data: {} }), state);
});

test('whatWasSeenBefore_ChangesNothing', () => {
  const state = after([...begun, seen('lobby', 5)]);
  assert.equal(reduce(state, seen('lobby', 5)), state);
});
