export default {
  lang: 'en',

  skip_to_composer: 'Skip to writing a message',
  messages: 'Messages',
  message: 'Message',
  message_placeholder: 'Write to {room}',
  send: 'Send',
  you: 'You',

  name_question: 'What should people call you?',
  name_choose: 'Join',
  rename: 'You write as {user}. Change name',

  limit_left: { one: '{count} byte left', other: '{count} bytes left' },
  limit_over: { one: '{count} byte too long', other: '{count} bytes too long' },

  connection_connecting: 'Connecting…',
  connection_reconnecting: 'Reconnecting',
  connection_unreachable: 'Server not reachable',
  connection_countdown: 'in {seconds} s',
  connection_live: 'Live',
  connection_asleep: 'Paused',
  connection_offline: 'Offline',
  connection_offline_waiting: { one: 'Offline · {count} waiting', other: 'Offline · {count} waiting' },
  connection_refused: 'Not connected',
  connection_refused_detail: 'The server refused: {detail}',
  connection_ended: 'Ended by the server',
  retry_now: 'Retry now',
  retry: 'Try again',

  delivery_sending: 'Sending…',
  delivery_waiting: 'Waiting for the connection',
  delivery_failed: 'Not sent: {reason}',
  delivery_retry: 'Retry',
  delivery_remove: 'Remove',

  message_edited: '(edited)',
  message_deleted: 'This message was deleted.',

  note_beginning: 'The beginning of this room',
  note_missed: 'Some messages were missed and are being fetched…',
  gap_expired: 'Older messages are no longer kept here',
  gap_unknown: 'The server’s history was replaced; above is what it holds now',
  history_failed: 'Earlier messages could not be loaded.',

  jump_to_latest: 'Jump to latest',
  jump_to_new: { one: '{count} new – jump to latest', other: '{count} new – jump to latest' },

  empty_title: 'Nothing here yet',
  empty_hint: 'Write the first message below, or send one from a terminal:',
  empty_greeting: 'hello',
  copy: 'Copy',
  copied: 'Copied',
  copy_by_hand: 'Selected',

  announce_message: '{user}: {text}',
  announce_count: { one: '{count} new message', other: '{count} new messages' },
};
