import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LastAsked } from '../../Public/scripts/lib/last-asked.js';

test('onlyTheLastAskedCounts_AndNoneThatIsForgotten', () => {
  const asked = new LastAsked();
  const [first, second] = [asked.begin(), asked.begin()];
  assert.deepEqual([first(), second()], [false, true]);
  asked.forget();
  assert.equal(second(), false);
  assert.equal(asked.begin()(), true);
});
