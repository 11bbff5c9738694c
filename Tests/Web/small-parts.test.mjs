import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sendsMessage } from '../../Public/scripts/lib/keyboard.js';
import { hueOf, initials } from '../../Public/scripts/lib/person.js';
import { textLimit } from '../../Public/scripts/lib/text-limit.js';
import { heartbeatOf, roomOf } from '../../Public/scripts/page-address.js';

const desktop = { touch: false };
const touch = { touch: true };
const enter = { key: 'Enter', keyCode: 13 };

test('initials_AreTheFirstCharactersOfUpToTwoWords', () => {
  assert.deepEqual(['ann', 'Ann Lee', 'guest-7f3a', '李雷', 'Jo van der Berg', '👩‍🚀 Zoe', '...'].map(initials),
    ['A', 'AL', 'G7', '李', 'JV', '👩‍🚀Z', '?']);
});

test('aHue_DependsOnlyOnTheName', () => {
  assert.equal(hueOf('ann'), hueOf('ann'));
  assert.notEqual(hueOf('ann'), hueOf('bob'));
  for (const name of ['', 'ann', '李雷', '😀']) assert.ok(hueOf(name) >= 0 && hueOf(name) < 360);
});

test('enter_SendsOnADesktop_AndMakesANewLineUnderAFinger', () => {
  assert.equal(sendsMessage(enter, desktop), true);
  assert.equal(sendsMessage({ ...enter, shiftKey: true }, desktop), false);
  assert.equal(sendsMessage(enter, touch), false);
  assert.equal(sendsMessage({ ...enter, ctrlKey: true }, touch), true);
});

test('enter_DoesNotSendWhileAnInputMethodComposes', () => {
  assert.equal(sendsMessage({ ...enter, isComposing: true }, desktop), false);
  assert.equal(sendsMessage({ ...enter, keyCode: 229 }, desktop), false);
});

test('theLimit_CountsBytesOfUTF8', () => {
  assert.deepEqual(textLimit('x'.repeat(16_384)), { left: 0, near: true, over: false });
  assert.deepEqual(textLimit('好'.repeat(5_462)), { left: -2, near: true, over: true });
  assert.equal(textLimit('short').near, false);
});

test('theAddress_NamesTheRoom', () => {
  const room = (pathname) => roomOf({ pathname });
  assert.equal(room('/'), 'lobby');
  assert.equal(room('/rooms/Garden'), 'garden');
  assert.equal(room('/rooms/%E5%A4%A7%E5%8E%85/'), '大厅');
  assert.equal(room('/rooms/cafe%CC%81'), 'caf\u00e9');
  assert.equal(room('/rooms/%E5'), 'lobby');
});

test('theHeartbeatAskedFor_IsTakenOnlyWithinTheServersBounds', () => {
  assert.deepEqual(['?heartbeat=5', '?heartbeat=45', '?heartbeat=4', '?heartbeat=x', ''].map((search) => heartbeatOf({ search })),
    [5, 45, undefined, undefined, undefined]);
});
