import assert from 'node:assert/strict';
import { test } from 'node:test';
import { randomId } from '../../Public/scripts/lib/random-id.js';

test('an id has 32 hexadecimal digits', () => {
  assert.match(randomId(), /^[0-9a-f]{32}$/);
});

test('ids of later moments sort behind earlier ones', () => {
  assert.ok(randomId(1_700_000_000_000) < randomId(1_700_000_000_001));
  assert.ok(randomId(1) < randomId(1_700_000_000_000));
});

test('ids of one moment differ', () => {
  const ids = new Set(Array.from({ length: 1000 }, () => randomId(5)));
  assert.equal(ids.size, 1000);
});
