import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chainAfterPage, cursorId, followChain } from '../../Public/scripts/lib/chain.js';

const page = { messages: [{ id: 3 }, { id: 7 }], cursor: 'k3f9-12' };

test('afterAPage_TheNextEventFollowsAnythingBetweenItsLastMessageAndItsCursor', () => {
  const chain = chainAfterPage(page);
  for (const prev of [7, 9, 12]) {
    assert.deepEqual(followChain(chain, { id: 20, prev }), { chain: { low: 20, high: 20 }, broken: false });
  }
});

test('anEventThatNamesALaterOneThanWasSeen_BreaksTheChain', () => {
  assert.equal(followChain(chainAfterPage(page), { id: 20, prev: 15 }).broken, true);
  assert.equal(followChain({ low: 20, high: 20 }, { id: 30, prev: 25 }).broken, true);
});

test('anEventThatNamesAnEarlierOneThanWasSeen_BreaksTheChain', () => {
  assert.equal(followChain({ low: 20, high: 20 }, { id: 30, prev: 19 }).broken, true);
});

test('theFirstEventOfAnEmptyRoom_Follows', () => {
  const chain = chainAfterPage({ messages: [], cursor: 'k3f9-0' });
  assert.deepEqual(followChain(chain, { id: 5, prev: 0 }), { chain: { low: 5, high: 5 }, broken: false });
});

test('anEventSeenBefore_ChangesNothing', () => {
  const chain = { low: 20, high: 20 };
  assert.deepEqual(followChain(chain, { id: 20, prev: 12 }), { chain, broken: false });
});

test('withNothingKnown_AnyEventBeginsTheChain', () => {
  assert.deepEqual(followChain(null, { id: 9, prev: 4 }), { chain: { low: 9, high: 9 }, broken: false });
});

test('theIdOfACursor_StandsAfterItsEpoch', () => {
  assert.equal(cursorId('k3f9-1041'), 1041);
  assert.equal(cursorId('1041'), 1041);
});
