import assert from 'node:assert/strict';
import { test } from 'node:test';
import { auditText } from '../../Public/scripts/lib/audit-text.js';
import { formatShort } from '../../Public/scripts/lib/dates.js';
import { chooseLanguage } from '../../Public/scripts/lib/translate.js';

const at = '2026-11-22T10:00:00.000Z';
const until = '2026-11-22T10:10:00.000Z';
const entry = (action, more = {}) => ({ id: 1, at, by: 'ann', action, ...more });

/** What the server tells, with the sentences for it. */
const SENTENCES = [
  [entry('create_account', { by: 'nobody', user: 'bob', role: 'member' }), 'bob made an account (member).', 'bob 注册了账号（成员）。'],
  [entry('create_account', { by: 'nobody', user: 'bob', role: 'admin', by_invite: true }),
    'bob made an account with an invitation (admin).', 'bob 通过邀请注册了账号（管理员）。'],
  [entry('create_account', { by: 'the operator', user: 'bob', role: 'admin' }),
    'The operator made the account bob (admin).', '服务器运维者 创建了账号 bob（管理员）。'],
  [entry('set_role', { user: 'bob', role: 'admin' }), 'ann made bob an admin.', 'ann 将 bob 设为管理员。'],
  [entry('set_role', { user: 'bob', role: 'member' }), 'ann took the rights of an admin from bob.', 'ann 取消了 bob 的管理员权限。'],
  [entry('disable', { user: 'bob' }), 'ann disabled the account bob.', 'ann 停用了账号 bob。'],
  [entry('enable', { user: 'bob' }), 'ann enabled the account bob.', 'ann 启用了账号 bob。'],
  [entry('create_invite', { role: 'member', uses: 1 }), 'ann made an invitation for 1 person (member).', 'ann 创建了可供 1 人使用的邀请（成员）。'],
  [entry('create_invite', { role: 'admin', uses: 20 }), 'ann made an invitation for 20 people (admin).', 'ann 创建了可供 20 人使用的邀请（管理员）。'],
  [entry('end_invite'), 'ann ended an invitation.', 'ann 撤销了一个邀请。'],
  [entry('configure'), 'ann decided about the room.', 'ann 设置了房间。'],
  [entry('configure', { title: 'News', visibility: 'public', guests: 'read' }),
    'ann decided about the room: title “News”, open to everybody, and guests may only read.',
    'ann 设置了房间：标题“News”、对所有人开放和访客只能阅读。'],
  [entry('configure', { title: '', topic: '', visibility: 'private', guests: 'none', slow_mode: 0 }),
    'ann decided about the room: no title, no topic, for members only, guests may not enter, and no slow mode.',
    'ann 设置了房间：无标题、无主题、仅限成员、访客不能进入和无慢速模式。'],
  [entry('configure', { topic: 'Of the day', guests: 'write', slow_mode: 10 }),
    'ann decided about the room: topic “Of the day”, guests may read and write, and slow mode of 10 s.',
    'ann 设置了房间：主题“Of the day”、访客可以阅读和发言和慢速模式 10 秒。'],
  [entry('set_member', { user: 'ann', role: 'member' }), 'ann joined.', 'ann 加入了房间。'],
  [entry('remove_member', { user: 'ann' }), 'ann left.', 'ann 离开了房间。'],
  [entry('set_member', { user: 'bob', role: 'member' }), 'ann made bob a member.', 'ann 将 bob 设为成员。'],
  [entry('set_member', { user: 'bob', role: 'moderator' }), 'ann made bob a moderator.', 'ann 将 bob 设为协管员。'],
  [entry('set_member', { user: 'bob', role: 'owner' }), 'ann made bob an owner.', 'ann 将 bob 设为房主。'],
  [entry('set_member', { user: 'bob', role: 'banned' }), 'ann banned bob.', 'ann 封禁了 bob。'],
  [entry('remove_member', { user: 'bob' }), 'ann ended the membership, or the ban, of bob.', 'ann 取消了 bob 的成员身份或封禁。'],
  [entry('mute', { user: 'bob', until }), (when) => `ann muted bob until ${when}.`, (when) => `ann 将 bob 禁言至 ${when}。`],
  [entry('unmute', { user: 'bob' }), 'ann ended the mute of bob.', 'ann 解除了 bob 的禁言。'],
  [entry('delete_message', { message_id: 1042 }), 'ann deleted message 1042.', 'ann 删除了消息 1042。'],
  [entry('delete_room', { room: 'ops' }), 'ann deleted the room ops.', 'ann 删除了房间 ops。'],
  [entry('ban_address', { network: '203.0.113.7' }), 'ann banned the address 203.0.113.7.', 'ann 封禁了地址 203.0.113.7。'],
  [entry('unban_address', { network: '2001:db8::/64' }),
    'ann lifted the ban of the address 2001:db8::/64.', 'ann 解除了对地址 2001:db8::/64 的封禁。'],
  // What a later server tells; and somebody whose name every object has something under.
  [entry('rename_room', { by: 'constructor', user: 'bob' }), 'constructor: rename_room bob', 'constructor：rename_room bob'],
];

test('whatWasDone_IsASentence_InEveryLanguage', async () => {
  for (const [language, place] of [['en-US', 1], ['zh-CN', 2]]) {
    await chooseLanguage([language]);
    for (const row of SENTENCES) {
      const wanted = row[place];
      assert.equal(auditText(row[0]), typeof wanted === 'function' ? wanted(formatShort(until)) : wanted);
    }
  }
  await chooseLanguage(['en']);
});
