import assert from 'node:assert/strict';
import { test } from 'node:test';
import { conversationRows } from '../../Public/scripts/lib/conversation-rows.js';

process.env.TZ = 'Asia/Shanghai';

const message = (id, time, more = {}) => ({ id, user: 'ann', guest: true, text: 'hi', sent_at: `2026-11-22T${time}Z`, ...more });
const kinds = (rows) => rows.map((row) => row.kind);
const groups = (rows) => rows.filter((row) => row.message).map((row) => row.opensGroup);

test('messagesOfOneAuthorWithinFiveMinutes_StandUnderOneName', () => {
  const rows = conversationRows({ messages: [message(1, '10:00:00'), message(2, '10:04:59'), message(3, '10:09:59')] });
  assert.deepEqual(groups(rows), [true, false, true]);
});

test('anotherAuthor_OrTheSameNameOfAnotherKind_OpensAGroup', () => {
  const messages = [message(1, '10:00:00'), message(2, '10:00:01', { user: 'bob' }),
    message(3, '10:00:02', { user: 'bob', guest: undefined })];
  assert.deepEqual(groups(conversationRows({ messages })), [true, true, true]);
});

test('aDay_BeginsAtTheReadersMidnight', () => {
  const rows = conversationRows({ messages: [message(1, '15:59:59'), message(2, '16:00:00')] });
  assert.deepEqual(kinds(rows), ['day', 'message', 'day', 'message']);
  assert.deepEqual(rows.filter(({ kind }) => kind === 'day').map(({ key }) => key), ['day 2026-11-22', 'day 2026-11-23']);
  assert.deepEqual(groups(rows), [true, true]);
});

test('whatIsBeingSent_StandsLastAndJoinsItsAuthorsGroup', () => {
  const pending = [{ client_id: 'c', user: 'ann', guest: true, text: 'later', sent_at: '2026-11-22T10:01:00Z' }];
  const rows = conversationRows({ messages: [message(1, '10:00:00')], pending });
  assert.deepEqual(rows.map(({ key }) => key), ['day 2026-11-22', 'message 1', 'pending c']);
  assert.deepEqual(groups(rows), [true, false]);
});

test('aGap_StandsWhereSomethingIsMissingAndPartsAGroup', () => {
  const messages = [message(1, '10:00:00'), message(9, '10:00:01')];
  const rows = conversationRows({ messages, gaps: [{ after: 1, reason: 'expired' }] });
  assert.deepEqual(kinds(rows), ['day', 'message', 'gap', 'message']);
  assert.deepEqual(groups(rows), [true, true]);
});

test('aGapAtTheEnd_IsShown', () => {
  const rows = conversationRows({ messages: [message(1, '10:00:00')], gaps: [{ after: 1, reason: 'unknown' }] });
  assert.deepEqual(kinds(rows), ['day', 'message', 'gap']);
});

test('theBeginning_IsShownOnlyWhenAllIsLoadedAndThereIsSomething', () => {
  assert.equal(conversationRows({ messages: [message(1, '10:00:00')], hasMoreBefore: false })[0].kind, 'beginning');
  assert.deepEqual(conversationRows({ messages: [], hasMoreBefore: false }), []);
});

test('aGap_IsNotShownBelowWhatEndsBeforeIt', () => {
  const rows = conversationRows({ messages: [message(1, '10:00:00')], gaps: [{ after: 1, reason: 'expired' }], hasMoreAfter: true });
  assert.deepEqual(kinds(rows), ['day', 'message']);
});

test('newMessages_BeginWhereTheReaderLeftOff_AndPartAGroup', () => {
  const messages = [message(1, '10:00:00'), message(2, '10:00:01'), message(3, '10:00:02')];
  const rows = conversationRows({ messages, newAfter: 1 });
  assert.deepEqual(kinds(rows), ['day', 'message', 'new', 'message', 'message']);
  assert.deepEqual(groups(rows), [true, true, false]);
});

test('whereNewMessagesBegin_IsNotGuessedWhenItIsNotLoaded', () => {
  const messages = [message(5, '10:00:00')];
  assert.ok(!kinds(conversationRows({ messages, newAfter: 1, hasMoreBefore: true })).includes('new'));
  assert.ok(kinds(conversationRows({ messages, newAfter: 1, hasMoreBefore: false })).includes('new'));
  assert.ok(!kinds(conversationRows({ messages, newAfter: 5, hasMoreBefore: false })).includes('new'));
});

test('aReply_OpensAGroup_AndHasWhatItRepliesTo', () => {
  const messages = [message(2, '10:00:00'), message(3, '10:00:01', { reply_to: 2 }), message(4, '10:00:02', { reply_to: 1 }),
    message(5, '10:00:03', { reply_to: 9 })];
  const rows = conversationRows({ messages, quotes: { 1: message(1, '09:00:00') } }).filter((row) => row.message);
  assert.deepEqual(rows.map(({ opensGroup }) => opensGroup), [true, true, true, true]);
  assert.deepEqual(rows.map(({ quoted }) => quoted?.id), [undefined, 2, 1, undefined]);
});

test('aDayThatComesAgain_IsAnotherLine', () => {
  // As after a clock was set back.
  const messages = [message(1, '10:00:00'), message(2, '17:00:00'), message(3, '10:00:01'), message(4, '17:00:01')];
  const keys = conversationRows({ messages, gaps: [{ after: 4, reason: 'expired' }, { after: 4, reason: 'expired' }] }).map(({ key }) => key);
  assert.equal(new Set(keys).size, keys.length);
  assert.equal(keys.filter((key) => key.startsWith('day')).length, 4);
});
