export default {
  lang: 'zh-CN',

  skip_to_composer: '跳到输入框',
  messages: '消息列表',
  message: '消息',
  message_placeholder: '发送到 {room}',
  send: '发送',
  you: '你',

  name_question: '大家怎么称呼你？',
  name_choose: '加入',
  rename: '你的名字是 {user}，点此更改',

  limit_left: { other: '还可输入 {count} 字节' },
  limit_over: { other: '超出 {count} 字节' },

  connection_connecting: '正在连接…',
  connection_reconnecting: '正在重新连接',
  connection_unreachable: '无法连接服务器',
  connection_countdown: '{seconds} 秒后重试',
  connection_live: '已连接',
  connection_asleep: '已暂停',
  connection_offline: '已离线',
  connection_offline_waiting: { other: '已离线 · {count} 条待发送' },
  connection_refused: '未连接',
  connection_refused_detail: '服务器拒绝了请求：{detail}',
  connection_ended: '服务器已结束连接',
  retry_now: '立即重试',
  retry: '重试',

  delivery_sending: '正在发送…',
  delivery_waiting: '等待连接后发送',
  delivery_failed: '未能发送：{reason}',
  delivery_retry: '重新发送',
  delivery_remove: '移除',

  message_edited: '（已编辑）',
  message_deleted: '此消息已删除。',

  note_beginning: '这是房间的开头',
  note_missed: '有消息遗漏，正在补全…',
  gap_expired: '更早的消息已不再保留',
  gap_unknown: '服务器的历史记录已被替换，以上是现有内容',
  history_failed: '无法加载更早的消息。',

  jump_to_latest: '跳到最新消息',
  jump_to_new: { other: '{count} 条新消息 – 跳到最新' },

  empty_title: '这里还没有消息',
  empty_hint: '在下方写下第一条消息，或从终端发送：',
  empty_greeting: '你好',
  copy: '复制',
  copied: '已复制',
  copy_by_hand: '已选中',

  announce_message: '{user}：{text}',
  announce_count: { other: '{count} 条新消息' },
};
