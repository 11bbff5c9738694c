import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { Problem } from '../../Public/scripts/api.js';
import { Outbox } from '../../Public/scripts/outbox.js';
import { newPageState, reduce } from '../../Public/scripts/page-state.js';
import { Store } from '../../Public/scripts/lib/store.js';

const entry = (client_id) => ({ client_id, room: 'lobby', user: 'ann', text: client_id, sent_at: '2026-11-22T10:00:00Z' });

/** An outbox over answers that are given in turn; an error among them is thrown. */
function outboxAnswering(...answers) {
  const store = new Store(newPageState({ room: 'lobby', user: 'ann' }), reduce);
  const posted = [];
  const post = async ({ client_id }) => {
    posted.push(client_id);
    const answer = answers.shift() ?? 'stored';
    if (answer instanceof Error) throw answer;
    return { id: posted.length, room: 'lobby', client_id, user: 'ann', text: client_id, sent_at: '2026-11-22T10:00:00Z' };
  };
  const outbox = new Outbox({ store, post });
  const send = (id) => {
    store.dispatch({ type: 'queued', room: 'lobby', entry: entry(id) });
    return outbox.flush();
  };
  return { store, posted, outbox, send };
}

test('messages_GoOutInTheOrderTheyWereWritten', async () => {
  const { posted, send, store } = outboxAnswering();
  await Promise.all([send('a'), send('b'), send('c')]);
  assert.deepEqual(posted, ['a', 'b', 'c']);
  assert.deepEqual(store.state.pending, []);
});

test('withoutAnAnswer_TheSameMessageIsRepeatedUnderItsOwnId_AndNoneOvertakesIt', async () => {
  const { posted, send, store, outbox } = outboxAnswering(new TypeError('no network'));
  const first = send('a');
  send('b');
  await new Promise(setImmediate);
  send('c');
  assert.deepEqual(store.state.pending.map(({ state }) => state), ['waiting', 'waiting', 'waiting']);
  outbox.flush();
  await first;
  assert.deepEqual(posted, ['a', 'a', 'b', 'c']);
});

test('aRefusal_FailsThatMessageAndLetsTheNextPass', async () => {
  const refusal = new Problem({ status: 422, code: 'text_too_long', detail: 'too long' });
  const { posted, send, store } = outboxAnswering(refusal);
  await Promise.all([send('a'), send('b')]);
  assert.deepEqual(posted, ['a', 'b']);
  assert.deepEqual(store.state.pending.map(({ client_id, state, reason }) => [client_id, state, reason]), [['a', 'failed', 'too long']]);
});

test('aMessageTheServerFailsOnAgainAndAgain_IsGivenBack', async () => {
  mock.timers.enable({ apis: ['setTimeout'] });
  const failure = () => new Problem({ status: 500, detail: 'broken' });
  const { posted, send, store } = outboxAnswering(failure(), failure(), failure(), failure(), failure());
  const done = send('a');
  for (let turn = 0; turn < 20; turn += 1) {
    await new Promise(setImmediate);
    mock.timers.tick(60_000);
  }
  await done;
  mock.timers.reset();
  assert.equal(posted.length, 5);
  assert.equal(store.state.pending[0].state, 'failed');
});

test('whatAnotherHasSignedInFor_WaitsForThePersonsWord', async () => {
  const { send, store } = outboxAnswering(new Problem({ status: 409, code: 'other_account' }));
  await send('a');
  assert.deepEqual(store.state.pending.map(({ state, code }) => [state, code]), [['failed', 'other_identity']]);
});

test('aReplyToWhatIsNotKept_GoesOutWithoutIt', () => {
  const store = new Store(newPageState({ room: 'lobby', user: 'ann' }), reduce);
  store.dispatch({ type: 'queued', room: 'lobby', entry: { ...entry('a'), reply_to: 7 } });
  store.dispatch({ type: 'failed', client_id: 'a', code: 'reply_target_not_found' });
  store.dispatch({ type: 'retried', client_id: 'a', user: 'ann' });
  assert.equal(store.state.pending[0].reply_to, undefined);
  store.dispatch({ type: 'queued', room: 'lobby', entry: { ...entry('b'), reply_to: 7 } });
  store.dispatch({ type: 'gap', data: { room: 'lobby', reason: 'unknown' } });
  assert.deepEqual(store.state.pending.map(({ reply_to: id }) => id), [undefined, undefined]);
});
