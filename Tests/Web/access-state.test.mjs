import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accessOf, isClosed, mayDelete, mayModerate, mayOwn, whyReadOnly } from '../../Public/scripts/access-state.js';
import { Problem } from '../../Public/scripts/api.js';
import { askedAs, identityIn, isAnother, sessionOfNobody } from '../../Public/scripts/identity-state.js';
import { Outbox } from '../../Public/scripts/outbox.js';
import { inviteOf } from '../../Public/scripts/page-address.js';
import { conversationOf, newPageState, peopleOf, reduce } from '../../Public/scripts/page-state.js';
import { awayRows, personRows, roleOf } from '../../Public/scripts/people-state.js';
import { roomRows, roomsToFollow } from '../../Public/scripts/room-list-state.js';
import { agentName } from '../../Public/scripts/lib/agent-name.js';
import { Store } from '../../Public/scripts/lib/store.js';

const session = (user, more = {}) => ({ user, guest: false, role: 'member', sign_up: 'open', guests: true, may_make_rooms: true, ...more });
const guestSession = session('guest-7f3a', { guest: true, role: undefined });
const identified = (session_, name = 'gus') => ({ type: 'identified', session: session_, name });
const details = (more, room = 'lobby') => ({ type: 'room-loaded', room, details: { name: room, ...more } });
const entry = (client_id, more = {}) => ({ client_id, room: 'lobby', user: 'gus', account: null, text: client_id, sent_at: '2026-11-22T10:00:00Z', ...more });
const queued = (entry_) => ({ type: 'queued', room: entry_.room, entry: entry_ });
const page = { messages: [{ id: 3, room: 'lobby', user: 'bob', text: 'hi', sent_at: '2026-11-22T10:00:00Z' }], has_more_before: false, has_more_after: false, cursor: 'k3f9-3' };
const loaded = { type: 'history-loaded', room: 'lobby', part: 'whole', page };
const after = (events, state = newPageState({ room: 'lobby', user: 'gus' })) => events.reduce(reduce, state);

test('whatWasOnItsWay_StaysHeld_WhenItsAnswerComesLate', () => {
  const state = after([identified(guestSession), queued(entry('a')), identified(session('Ann'))]);
  for (const late of [{ type: 'waiting', client_id: 'a' }, { type: 'failed', client_id: 'a', code: 'rate_limited' }]) {
    const [held] = reduce(state, late).pending;
    assert.deepEqual([held.state, held.code], ['failed', 'other_identity']);
  }
});

test('messages_AreDeletedByTheirAuthor_AndByWhoModerates', () => {
  const message = (more) => ({ id: 3, room: 'lobby', user: 'Ann', text: 'hi', ...more });
  const ann = after([identified(session('Ann'))]);
  assert.equal(mayDelete(ann, message()), true);
  assert.equal(mayDelete(ann, message({ user: 'Bob' })), false);
  assert.equal(mayDelete(ann, message({ guest: true })), false);
  assert.equal(mayDelete(ann, message({ deleted_at: '2026-11-22T10:00:00Z' })), false);
  assert.equal(mayDelete(after([identified(guestSession, 'Ann')]), message()), false);
  assert.equal(mayDelete(after([details({ role: 'moderator' })], ann), message({ user: 'Bob' })), true);
});

const deleted = (more = {}) => ({ type: 'room', data: { id: 9, room: 'lobby', prev: 3, deleted: true, by: 'Bob', ...more }, cursor: 'k3f9-9' });

test('ofADeletedRoom_NothingIsLeft_ButWhoDeletedIt', () => {
  const listed = { type: 'rooms-loaded', rooms: [{ name: 'lobby', last_id: 3, count: 2, role: 'owner', title: 'The lobby' }, { name: 'ops', last_id: 2 }] };
  const before = after([{ type: 'opened', room: 'lobby', now: 1 }, loaded, listed,
    { type: 'presence', data: { room: 'lobby', present: ['bob'], count: 1 } }]);
  const state = after([deleted({ why: 'moved' })], before);
  assert.deepEqual(accessOf(state), { deletion: { by: 'Bob', why: 'moved' } });
  assert.equal(mayOwn(state), false);
  assert.deepEqual(conversationOf(state).messages, []);
  assert.equal(conversationOf(state).loaded, true);
  assert.deepEqual(state.list.rooms.map(({ name }) => name), ['ops']);
  assert.equal(state.people.lobby, undefined);
  assert.equal(state.cursor, 'k3f9-9');
  // It is not followed from another room.
  assert.deepEqual(roomsToFollow(state.list, 'ops'), ['ops']);
});

test('aRoomThatBeginsUnderTheNameOfADeletedOne_IsAnother', () => {
  const next = { type: 'message', data: { id: 12, room: 'lobby', prev: 0, user: 'eve', text: 'new', sent_at: '2026-11-22T10:00:00Z' }, cursor: 'k3f9-12' };
  const state = after([loaded, deleted(), next]);
  assert.deepEqual(accessOf(state), {});
  assert.deepEqual(conversationOf(state).messages.map(({ id }) => id), [12]);
  assert.equal(conversationOf(state).missed, null);
  // So is what whoever comes back finds.
  assert.deepEqual(accessOf(after([deleted(), { type: 'opened', room: 'lobby', now: 1 }])), {});
});

test('whatWasWrittenForADeletedRoom_BeginsNoOther_UntilThePersonSaysSo', () => {
  const state = after([identified(guestSession), queued(entry('a')), queued(entry('b', { room: 'ops' })), deleted()]);
  assert.deepEqual(state.pending.map(({ state: is, code }) => [is, code]), [['failed', 'room_deleted'], ['sending', undefined]]);
  // Nor does the end of the try that was under way.
  assert.equal(reduce(state, { type: 'waiting', client_id: 'a' }).pending[0].state, 'failed');
  assert.equal(reduce(state, { type: 'retried', client_id: 'a', user: 'gus' }).pending[0].state, 'sending');
});

test('signingIn_BeginsAnew_AndKeepsTheRoom', () => {
  const state = after([identified(guestSession), loaded, details({ role: 'owner' }), identified(session('Ann'))]);
  assert.deepEqual([state.identity.account, state.user, state.me, state.room, state.cursor], ['Ann', 'Ann', 'Ann', 'lobby', null]);
  assert.equal(conversationOf(state).loaded, false);
  assert.deepEqual(accessOf(state), {});
  assert.deepEqual([after([identified(guestSession)], state)].map(({ user, identity }) => [user, identity.account]), [['gus', null]]);
});

test('askingAgainWhoOneIs_ChangesNothingThatIsShown', () => {
  const state = after([identified(session('Ann')), loaded, identified(session('Ann'))]);
  assert.equal(conversationOf(state).loaded, true);
});

test('whatWasWrittenAsAnother_IsHeldBack_AlsoAfterAReload_UntilThePersonSaysSo', () => {
  const held = after([identified(guestSession), queued(entry('a')), identified(session('Ann'))]);
  assert.deepEqual(held.pending.map(({ state, code, user }) => [state, code, user]), [['failed', 'other_identity', 'gus']]);
  const reloaded = after([identified(session('Ann')), { type: 'taken-over', account: 'Ann', entries: [{ ...entry('a'), state: 'waiting' }] }]);
  assert.equal(reloaded.pending[0].code, 'other_identity');
  const [sent] = after([{ type: 'retried', client_id: 'a', user: 'Ann', account: 'Ann' }], held).pending;
  assert.deepEqual([sent.state, sent.user, sent.account, sent.code], ['sending', 'Ann', 'Ann', undefined]);
});

test('whatWasAskedForAsSomebodyElse_IsNotShown', () => {
  const private_ = { type: 'rooms-loaded', rooms: [{ name: 'hidden', last_id: 9, visibility: 'private' }], askedAs: 'Ann' };
  const late = [{ ...loaded, askedAs: 'Ann' }, { ...details({ role: 'owner' }), askedAs: 'Ann' }, private_,
    { type: 'room-closed', room: 'lobby', askedAs: 'Ann' }];
  const ann = after([identified(session('Ann'))]);
  const out = after([identified(guestSession), ...late], ann);
  assert.deepEqual([conversationOf(out).loaded, accessOf(out), out.list.rooms], [false, {}, []]);
  assert.equal(conversationOf(after(late.slice(0, 3), ann)).loaded, true);
  // Before the page knows who it is, it asks as whoever that may be.
  const start = newPageState({ room: 'lobby' });
  assert.equal(askedAs(start), undefined);
  assert.equal(conversationOf(after([identified(session('Ann')), { ...loaded, askedAs: askedAs(start) }], start)).loaded, true);
});

test('aStreamForSomebodyElse_IsNoticed', () => {
  const [ann, guest] = [identityIn(session('Ann')), identityIn(guestSession)];
  assert.equal(isAnother(ann, { user: 'Ann', guest: false }), false);
  assert.equal(isAnother(ann, { user: 'guest-1', guest: true }), true);
  assert.equal(isAnother(guest, { user: 'Ann', guest: false }), true);
  assert.equal(isAnother(guest, { user: 'gus', guest: true }), false);
  assert.equal(isAnother(ann, { heartbeat: 15 }), false);
});

test('aRoomThatIsTakenAway_ShowsNothing_IsNotListed_AndNotFollowedFromElsewhere', () => {
  const state = after([identified(session('Ann')), loaded, { type: 'rooms-loaded', rooms: [{ name: 'lobby', last_id: 3 }] },
    { type: 'revoked', data: { room: 'lobby' } }]);
  assert.deepEqual([isClosed(state, 'lobby'), accessOf(state).lost, conversationOf(state).loaded], [true, true, false]);
  assert.deepEqual(state.list.rooms, []);
  assert.deepEqual(whyReadOnly(state, 0), { why: 'closed' });
  const visits = { rooms: { lobby: { at: 2 }, garden: { at: 1 } } };
  assert.deepEqual(roomsToFollow({ visits }, 'ops', (room) => isClosed(state, room)), ['ops', 'garden']);
  const again = after([{ type: 'welcome', data: { rooms: ['lobby'], refused: ['garden'] }, cursor: '' }], state);
  assert.deepEqual([isClosed(again, 'lobby'), isClosed(again, 'garden')], [false, true]);
});

test('aStreamThatIsNotForThisReader_IsNoTrouble', () => {
  const refused = (code) => after([{ type: 'connection', phase: 'refused', code }]).connection.phase;
  assert.deepEqual(['room_not_found', 'sign_in_required', 'name_taken'].map(refused), ['closed', 'closed', 'refused']);
});

test('whyOneCannotWrite_IsKnown', () => {
  const now = Date.parse('2026-11-22T10:00:00Z');
  const why = (more, session_ = session('Ann')) => whyReadOnly(after([identified(session_), details(more)]), now)?.why ?? null;
  assert.equal(why({}), null);
  assert.equal(why({ read_only: true, muted_until: '2026-11-22T10:10:00Z' }), 'muted');
  assert.equal(why({ read_only: true, muted_until: '2026-11-22T09:50:00Z' }), null);
  assert.equal(why({ read_only: true }), 'read_only');
  assert.equal(why({ read_only: true, guests: 'read' }, guestSession), 'guests');
  assert.equal(why({}, sessionOfNobody), 'closed');
});

test('theRoomEvent_ReplacesAllSettings_AndLeavesOnesRole', () => {
  const state = after([details({ title: 'Old', topic: 'x', role: 'owner' }), { type: 'room', data: { id: 9, room: 'lobby', visibility: 'private', guests: 'none' }, cursor: '' }]);
  assert.deepEqual(accessOf(state), { role: 'owner', visibility: 'private', guests: 'none' });
});

test('whoMayLookAfterARoom', () => {
  const may = (session_, role) => {
    const state = after([identified(session_), details({ role })]);
    return [mayModerate(state), mayOwn(state)];
  };
  assert.deepEqual(may(session('Ann')), [false, false]);
  assert.deepEqual(may(session('Ann'), 'member'), [false, false]);
  assert.deepEqual(may(session('Ann'), 'moderator'), [true, false]);
  assert.deepEqual(may(session('Ann'), 'owner'), [true, true]);
  assert.deepEqual(may(session('Ann', { role: 'admin' })), [true, true]);
});

test('people_AreShownWithTheirRole_AlsoThoseWhoAreAway', () => {
  const people = after([{ type: 'members-loaded', room: 'lobby', guests: ['gus'], count: 2,
    members: [{ user: 'ann', role: 'owner', online: true }, { user: 'eve', role: 'banned', online: false }] }]).people.lobby;
  assert.deepEqual(personRows(people, 'gus').map(({ name, role, isGuest }) => [name, role, isGuest]), [['gus', null, true], ['ann', 'owner', false]]);
  assert.deepEqual(awayRows(people).map(({ name, role }) => [name, role]), [['eve', 'banned']]);
});

test('whoeverIsSignedIn_IsNoGuestToThemselves_AlsoBeforeTheyAreListed', () => {
  const people = { names: ['eve', 'liz'], members: ['eve'], count: 2 };
  assert.deepEqual(personRows(people, 'liz', true).map(({ name, isGuest }) => [name, isGuest]), [['liz', false], ['eve', false]]);
  assert.deepEqual(personRows(people, 'liz', false).map(({ isGuest }) => isGuest), [true, false]);
});

test('somebodysRole_IsKnownByTheNameAsPeopleWriteIt', () => {
  const people = { roles: { Zoë: 'owner', bob: 'banned' } };
  assert.deepEqual(['zoe\u0308', 'Bob', 'eve', 'constructor'].map((name) => roleOf(people, name)), ['owner', 'banned', null, null]);
});

test('aNameThatEveryObjectHasSomethingUnder_IsAsGoodAsAnyOther', () => {
  const here = { type: 'members-loaded', room: 'lobby', members: [{ user: 'ann', role: 'owner', online: true }], guests: ['constructor'], count: 2 };
  const people = after([here]).people.lobby;
  assert.deepEqual(personRows(people, 'ann').map(({ role }) => role), ['owner', null]);
  for (const room of ['constructor', '__proto__']) {
    const state = after([identified(session('Ann')), loaded, { type: 'opened', room, now: 1 }]);
    assert.deepEqual([conversationOf(state).room, conversationOf(state).messages, peopleOf(state).names], [room, [], []]);
    assert.deepEqual([accessOf(state), isClosed(state, room)], [{}, false]);
    const said = { id: 9, room, prev: 0, user: 'bob', text: 'hi', sent_at: '2026-11-22T10:00:00Z' };
    const heard = after([identified(session('Ann')), loaded, { type: 'message', data: said, cursor: 'k3f9-9' }]);
    assert.equal(roomRows(heard.list, 'lobby').find(({ name }) => name === room).unread, 1);
  }
});

test('slowMode_HoldsItsRoomAndNoOther', async () => {
  const store = new Store(after([identified(guestSession)]), reduce);
  const posted = [];
  const post = async ({ client_id, room, user, text }) => {
    posted.push(client_id);
    if (client_id === 'b') throw new Problem({ status: 429, code: 'slow_mode', retryAfterMs: 60_000 });
    return { id: posted.length, room, client_id, user, text, sent_at: '2026-11-22T10:00:00Z' };
  };
  const outbox = new Outbox({ store, post });
  for (const [id, room] of [['a', 'lobby'], ['b', 'lobby'], ['c', 'lobby'], ['d', 'garden']]) store.dispatch(queued(entry(id, { room })));
  const timers = setTimeout;
  globalThis.setTimeout = () => 0;
  await outbox.flush();
  globalThis.setTimeout = timers;
  assert.deepEqual(posted, ['a', 'b', 'd']);
  const waiting = store.state.pending.find(({ client_id }) => client_id === 'b');
  assert.equal(waiting.state, 'waiting');
  assert.ok(waiting.until > Date.now() + 50_000);
});

test('anInvitation_IsTakenFromTheAddress', () => {
  assert.deepEqual(['#invite=rci_Ab-_9', '#invite=rcl_Ab-_9', '#invite=rcs_x', '#1042', ''].map((hash) => inviteOf({ hash })),
    ['rci_Ab-_9', 'rcl_Ab-_9', null, null, null]);
});

test('aBrowser_IsToldByItsName', () => {
  const chrome = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36';
  const phone = 'Mozilla/5.0 (iPhone; CPU iPhone OS 26_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1';
  assert.deepEqual([chrome, `${chrome} Edg/156.0`, phone, 'curl/8.5.0', '<b>', ''].map(agentName),
    ['Chrome · Linux', 'Edge · Linux', 'Safari · iPhone', 'curl', '<b>', '']);
});
