import { registerConnectionState } from './elements/connection-state.js';
import { registerCopyLine } from './elements/copy-line.js';
import { registerEmptyRoom } from './elements/empty-room.js';
import { registerHistoryEdge } from './elements/history-edge.js';
import { registerJumpToLatest } from './elements/jump-to-latest.js';
import { registerListNote } from './elements/list-note.js';
import { registerMessageAnnouncer } from './elements/message-announcer.js';
import { registerMessageComposer } from './elements/message-composer.js';
import { registerMessageList } from './elements/message-list.js';
import { registerMessageRow } from './elements/message-row.js';
import { registerNameForm } from './elements/name-form.js';
import { registerPersonAvatar } from './elements/person-avatar.js';
import { registerRoomHeader } from './elements/room-header.js';
import { everyMidnight } from './lib/dates.js';
import { lastingStorage, tabStorage } from './lib/storage.js';
import { Store } from './lib/store.js';
import { chooseLanguage, t } from './lib/translate.js';
import { heartbeatOf, roomOf } from './page-address.js';
import { RoomSession } from './room-session.js';
import { newRoomState, reduce } from './room-state.js';

document.documentElement.lang = await chooseLanguage(navigator.languages);
const room = roomOf(location);
document.title = `${room} · Roomcast`;
for (const element of document.querySelectorAll('[data-text]')) element.textContent = t(element.dataset.text);

// Parts before the wholes that make them.
for (const register of [registerPersonAvatar, registerCopyLine, registerEmptyRoom, registerHistoryEdge,
  registerJumpToLatest, registerListNote, registerMessageRow, registerMessageList, registerNameForm,
  registerMessageComposer, registerConnectionState, registerRoomHeader, registerMessageAnnouncer]) register();

const list = document.querySelector('message-list');
const composer = document.querySelector('message-composer');
const store = new Store(
  newRoomState({
    room,
    user: lastingStorage.read('name') ?? '',
    pending: JSON.parse(tabStorage.read(`outbox.${room}`) ?? '[]'),
  }),
  reduce,
);
const session = new RoomSession({ room, store, heartbeat: heartbeatOf(location) });

// A burst of events, such as a replay, is one change of the page.
let frame = null;
let rendered = null;
const renderSoon = () => {
  frame ??= requestAnimationFrame(() => {
    frame = null;
    rendered = store.state;
    for (const element of document.querySelectorAll('[data-renders]')) element.render(rendered);
  });
};
store.watch((state) => state !== rendered && renderSoon());
everyMidnight(renderSoon);
renderSoon();

// What is not posted yet survives a reload. Should it have been stored after all, its `client_id` says so.
let keptPending = store.state.pending;
store.watch(({ pending }) => {
  if (pending === keptPending) return;
  keptPending = pending;
  tabStorage.write(`outbox.${room}`, pending.length > 0 ? JSON.stringify(pending) : '');
});

const announcer = document.querySelector('message-announcer');
store.watch((state, event) => announcer.hear(state, event));

const actions = {
  'send-message': ({ text }) => {
    session.send(text);
    list.jumpToLatest();
  },
  'retry-message': ({ clientId }) => session.retry(clientId),
  'remove-message': ({ clientId }) => session.remove(clientId),
  'choose-name': ({ name }) => {
    lastingStorage.write('name', name);
    session.rename(name);
  },
  'load-older': () => session.loadOlder(),
  'reading-along': () => store.dispatch({ type: 'reading-along' }),
  'jump-to-latest': () => list.jumpToLatest(),
  reconnect: () => session.reconnect(),
};
for (const [type, act] of Object.entries(actions)) document.addEventListener(type, ({ detail }) => act(detail));

document.querySelector('.skip-link').addEventListener('click', (event) => {
  // Not by the address: what stands behind its # is to be a message.
  event.preventDefault();
  composer.focus();
});

session.start();
