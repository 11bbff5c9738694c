import assert from 'node:assert/strict';
import { afterEach, mock, test } from 'node:test';
import { KeptOutbox } from '../../Public/scripts/kept-outbox.js';
import { expectStillMeant } from '../../Public/scripts/left-message.js';
import { newPageState, reduce } from '../../Public/scripts/page-state.js';

const entry = (client_id, more) => ({ client_id, room: 'lobby', user: 'ann', account: 'ann', text: client_id, state: 'waiting', ...more });

/** As `lib/storage.js` has it. */
function storage() {
  const kept = new Map();
  return {
    kept,
    read: (key) => kept.get(key) ?? null,
    write: (key, value) => (value ? kept.set(key, value) : kept.delete(key)),
    keys: (prefix) => [...kept.keys()].filter((key) => key.startsWith(prefix)),
  };
}

/** As much of the Web Locks as is used; `crash` ends what a page held. */
function newLocks() {
  const held = [];
  return {
    request: async (name, act) => {
      const lock = { name };
      held.push(lock);
      const done = Promise.resolve(act());
      done.then(() => held.includes(lock) && held.splice(held.indexOf(lock), 1));
      return done;
    },
    query: async () => ({ held: [...held] }),
    crash: () => held.splice(0),
  };
}

async function taken(page) {
  const all = [];
  await page.take((entries) => all.push(...entries));
  return all.map(({ client_id: id }) => id);
}

afterEach(() => mock.restoreAll());

for (const [where, locks] of [['withLocks', newLocks()], ['onPlainHttp', null]]) {
  test(`whatAPageLeaves_IsTakenOnce_AndNothingOfOneThatLives_${where}`, async () => {
    const shared = storage();
    const page = (tab = storage()) => new KeptOutbox({ storage: shared, tab, locks });
    const [closed, living] = [page(), page()];
    closed.keep([entry('a')]);
    living.keep([entry('b')]);
    const [next, another] = [page(), page()];
    assert.deepEqual(await taken(next), []);
    closed.leave();
    assert.deepEqual(await taken(next), ['a']);
    assert.deepEqual([await taken(another), await taken(living)], [[], []]);
  });
}

test('whatACrashedPageHad_IsTaken', async () => {
  const [shared, locks] = [storage(), newLocks()];
  new KeptOutbox({ storage: shared, tab: storage(), locks }).keep([entry('a')]);
  locks.crash();
  assert.deepEqual(await taken(new KeptOutbox({ storage: shared, tab: storage(), locks })), ['a']);
  const tab = storage();
  new KeptOutbox({ storage: shared, tab, locks: null }).keep([entry('b')]);
  assert.deepEqual(await taken(new KeptOutbox({ storage: shared, tab, locks: null })), ['b']);
});

test('aDuplicatedTab_HasNothingOfTheFirst', async () => {
  const [shared, tab, locks] = [storage(), storage(), newLocks()];
  const first = new KeptOutbox({ storage: shared, tab, locks });
  first.keep([entry('a')]);
  const copy = new KeptOutbox({ storage: shared, tab, locks });
  assert.deepEqual(await taken(copy), []);
  copy.keep([entry('b')]);
  first.leave();
  assert.deepEqual(await taken(copy), ['a']);
});

test('aPageThatComesBack_HasWhatNobodyHasTaken', async () => {
  const [shared, locks] = [storage(), newLocks()];
  const [page, another] = [1, 2].map(() => new KeptOutbox({ storage: shared, tab: storage(), locks }));
  page.keep([entry('a')]);
  page.leave();
  assert.deepEqual(page.comeBack().map(({ client_id: id }) => id), ['a']);
  assert.deepEqual(await taken(another), []);
  page.leave();
  assert.deepEqual(await taken(another), ['a']);
  // What came of a post that was on its way is too late.
  page.keep([entry('a')]);
  assert.deepEqual(page.comeBack(), []);
});

test('whoHasSignedOut_LeavesNothingBehind', async () => {
  const [shared, locks] = [storage(), newLocks()];
  const [page, another] = [1, 2].map(() => new KeptOutbox({ storage: shared, tab: storage(), locks }));
  page.keep([entry('a'), entry('b', { account: null })]);
  another.keep([entry('c')]);
  page.forget('ann');
  assert.deepEqual([...shared.kept.values()].flatMap((text) => JSON.parse(text).entries).map(({ client_id: id }) => id), ['b']);
});

test('whatCannotBeRead_IsNothing', async () => {
  const shared = storage();
  for (const [key, text] of Object.entries({ a: 'x', b: '{}', c: 'null', d: '{"entries":[{}, 7]}' })) shared.write(`outbox.${key}`, text);
  assert.deepEqual(await taken(new KeptOutbox({ storage: shared, tab: storage(), locks: newLocks() })), []);
});

test('whatIsTaken_ComesBeforeWhatIsWrittenHere_OnceEach_AndIsHeldIfAnotherWroteIt', () => {
  const here = reduce(newPageState({ room: 'lobby' }), { type: 'queued', room: 'lobby', entry: entry('d') });
  const entries = [entry('a', { state: 'sending' }), entry('b', { account: 'bob' }), entry('c', { state: 'failed', code: 'muted' }), entry('d')];
  const { pending } = reduce(here, { type: 'taken-over', entries, account: 'ann' });
  assert.deepEqual(pending.map(({ client_id: id, state, code }) => [id, state, code]),
    [['a', 'waiting', undefined], ['b', 'failed', 'other_identity'], ['c', 'failed', 'muted'], ['d', 'sending', undefined]]);
});

test('whatWasLeft_GoesOutByItself_OnlyWhereItsRoomIsStillWhatItWas', async () => {
  const now = Date.parse('2026-11-22T10:00:00Z');
  const rooms = { public: { visibility: 'public' }, private: { visibility: 'private' } };
  mock.method(globalThis, 'fetch', async (path) => {
    const room = rooms[path.split('/').at(-1)];
    return new Response(JSON.stringify(room ?? { code: 'room_not_found' }), { status: room ? 200 : 404 });
  });
  const verdict = (room, visibility, sent_at = '2026-11-22T09:00:00Z', begins = false) =>
    expectStillMeant({ room, visibility, begins, sent_at }, now).then(() => 'goes', ({ code, passes }) => [code, passes]);
  assert.deepEqual(await verdict('public', 'public'), 'goes');
  assert.deepEqual(await verdict('private', 'private'), 'goes');
  assert.deepEqual(await verdict('new', undefined, undefined, true), 'goes');
  assert.deepEqual(await verdict('not known then', undefined), ['room_gone', false]);
  assert.deepEqual(await verdict('gone', 'private'), ['room_gone', false]);
  assert.deepEqual(await verdict('public', 'private'), ['room_public', false]);
  assert.deepEqual(await verdict('public', 'public', '2026-11-21T09:59:00Z'), ['waited_long', false]);
});
