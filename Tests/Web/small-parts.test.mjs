import assert from 'node:assert/strict';
import { test } from 'node:test';
import { curlLines } from '../../Public/scripts/lib/curl-lines.js';
import { formatAgo, formatShort, formatTime, formatUntil } from '../../Public/scripts/lib/dates.js';
import { sendsMessage } from '../../Public/scripts/lib/keyboard.js';
import { hueOf, initials } from '../../Public/scripts/lib/person.js';
import { roomName } from '../../Public/scripts/lib/room-name.js';
import { textLimit } from '../../Public/scripts/lib/text-limit.js';
import { Throttle } from '../../Public/scripts/lib/throttle.js';
import { typingText } from '../../Public/scripts/lib/typing-text.js';
import { heartbeatOf, messageOf, roomOf } from '../../Public/scripts/page-address.js';

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

test('anEndThatIsToday_IsToldByItsTimeAlone', () => {
  const now = new Date(2026, 10, 22, 10, 0).getTime();
  const [today, tomorrow] = [new Date(2026, 10, 22, 23, 59), new Date(2026, 10, 23, 0, 1)];
  assert.deepEqual([today, tomorrow].map((end) => formatUntil(end, now)), [formatTime(today), formatShort(tomorrow)]);
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

test('theAddress_NamesAMessage', () => {
  assert.deepEqual(['#1042', '#0', '#composer', ''].map((hash) => messageOf({ hash })), [1042, null, null, null]);
});

test('aRoomName_IsTakenAsTheServerTakesIt', () => {
  assert.equal(roomName(' Garden_1 '), 'garden_1');
  assert.equal(roomName('大厅'), '大厅');
  assert.equal(roomName('cafe\u0301'), 'caf\u00e9');
  assert.equal(roomName('हिन्दी'), 'हिन्दी');
  for (const name of ['', '  ', 'two words', 'a/b', '😀', 'a,b', '\u0301a', 'x'.repeat(65)]) assert.equal(roomName(name), null, name);
  assert.equal(roomName('𝒳'.repeat(64)), '𝒳'.repeat(64));
});

test('howLongAgo_IsShort', () => {
  const now = Date.parse('2026-11-22T12:00:00Z');
  const ago = (minutes) => formatAgo(new Date(now - minutes * 60_000).toISOString(), now);
  assert.deepEqual([0, 5, 3 * 60 + 10, 2 * 24 * 60].map(ago), ['now', '5m', '3h', '2d']);
  assert.match(ago(30 * 24 * 60), /^Oct 2\d$/);
  assert.equal(ago(-5), 'now');
});

test('whoIsTyping_IsNamedUpToTwo', () => {
  assert.deepEqual([[], ['ann'], ['ann', 'bob'], ['ann', 'bob', 'cid']].map(typingText),
    ['', 'ann is typing…', 'ann and bob are typing…', 'Several people are typing…']);
});

test('aThrottle_LetsOnePassPerInterval_AlsoAfterTheClockWasSetBack', () => {
  const throttle = new Throttle(3_000);
  assert.deepEqual([1_000, 3_999, 4_000, 5_000, 500].map((now) => throttle.pass(now)), [true, false, true, false, true]);
  throttle.reset();
  assert.equal(throttle.pass(501), true);
});

test('linesForATerminal_CannotBeBrokenByANameThatHasAnApostrophe', () => {
  const { post, follow } = curlLines({ origin: 'http://h', room: '大厅', user: "o'neil & co", greeting: 'hello' });
  assert.equal(post, "curl -d 'hello' 'http://h/rooms/%E5%A4%A7%E5%8E%85?user=o%27neil%20%26%20co'");
  assert.equal(follow, "curl -N 'http://h/rooms/%E5%A4%A7%E5%8E%85/events?replay=10&format=text'");
});
