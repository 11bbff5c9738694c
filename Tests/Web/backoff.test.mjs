import assert from 'node:assert/strict';
import { test } from 'node:test';
import { backoffDelay } from '../../Public/scripts/lib/backoff.js';

const earliest = () => 0;
const latest = () => 1;

test('aDelay_IsNeverShorterThanHalfASecondNorLongerThanThirty', () => {
  for (const attempt of [0, 1, 5, 50, 5_000]) {
    assert.equal(backoffDelay(attempt, earliest), 500);
    assert.ok(backoffDelay(attempt, latest) <= 30_000);
  }
});

test('theSpread_DoublesUpToItsLimit', () => {
  assert.deepEqual([0, 1, 2, 3, 4, 5].map((attempt) => backoffDelay(attempt, latest)),
    [2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
});
