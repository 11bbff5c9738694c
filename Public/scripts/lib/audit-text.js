/* What somebody did who looks after a room or the server, as a sentence. Pure. */
import { formatShort } from './dates.js';
import { formattingLocale, t } from './translate.js';

/** What is told apart by the role that was given, and what by nothing more. */
const BY_ROLE = ['set_role', 'set_member'];
const PLAIN = ['disable', 'enable', 'create_invite', 'end_invite', 'remove_member', 'mute', 'unmute', 'delete_message',
  'delete_room', 'ban_address', 'unban_address'];

/** How the server calls those who have no account, in its own language. */
const UNNAMED = new Map([['the operator', 'audit_operator'], ['an account', 'audit_an_account']]);

/** @param entry of `GET /audit` or `GET /rooms/{room}/audit`. One of a kind that is not known is told by the server's word for it. */
export function auditText(entry) {
  const { action, user = '', role, uses, until, message_id: id, network, room } = entry;
  const by = UNNAMED.has(entry.by) ? t(UNNAMED.get(entry.by)) : entry.by;
  const values = { by, user, network, room, id: String(id), count: uses, role: role && t(`account_${role}`), until: until && formatShort(until) };
  if (action === 'create_account') return t(accountMade(entry), values);
  if (action === 'set_member' && role === 'member' && entry.by === user) return t('audit_join', values);
  if (action === 'remove_member' && entry.by === user) return t('audit_leave', values);
  if (action === 'configure') return configured(entry, by);
  if (BY_ROLE.includes(action)) return t(`audit_${action}_${role}`, values);
  return PLAIN.includes(action) ? t(`audit_${action}`, values) : t('audit_other', { by, what: [action, user].filter(Boolean).join(' ') });
}

/** Whoever signs up has no account yet to do it by. */
function accountMade({ by, by_invite: byInvite }) {
  if (byInvite) return 'audit_sign_up_invited';
  return by === 'nobody' ? 'audit_sign_up' : 'audit_create_account';
}

function configured({ title, topic, visibility, guests, slow_mode: slow }, by) {
  const changes = [
    title !== undefined && t(title === '' ? 'audit_title_none' : 'audit_title', { title }),
    topic !== undefined && t(topic === '' ? 'audit_topic_none' : 'audit_topic', { topic }),
    visibility && t(`audit_${visibility}`),
    guests && t(`audit_guests_${guests}`),
    slow !== undefined && t(slow === 0 ? 'audit_slow_none' : 'audit_slow', { seconds: slow }),
  ].filter(Boolean);
  if (changes.length === 0) return t('audit_configure_only', { by });
  return t('audit_configure', { by, changes: new Intl.ListFormat(formattingLocale()).format(changes) });
}
