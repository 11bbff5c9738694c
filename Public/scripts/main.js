import { registerAccountButton } from './elements/account-button.js';
import { registerAccountDialog } from './elements/account-dialog.js';
import { registerAuditSection } from './elements/audit-section.js';
import { registerBanSection } from './elements/ban-section.js';
import { registerClosedRoom } from './elements/closed-room.js';
import { registerConnectionState } from './elements/connection-state.js';
import { registerCopyLine } from './elements/copy-line.js';
import { registerEmptyRoom } from './elements/empty-room.js';
import { registerEntryList } from './elements/entry-list.js';
import { registerHistoryEdge } from './elements/history-edge.js';
import { registerInviteSection } from './elements/invite-section.js';
import { registerJumpToLatest } from './elements/jump-to-latest.js';
import { registerListNote } from './elements/list-note.js';
import { registerMessageAnnouncer } from './elements/message-announcer.js';
import { registerMessageComposer } from './elements/message-composer.js';
import { registerMessageList } from './elements/message-list.js';
import { registerMessageRow } from './elements/message-row.js';
import { registerMuteDialog } from './elements/mute-dialog.js';
import { registerNameForm } from './elements/name-form.js';
import { registerPasswordSection } from './elements/password-section.js';
import { registerPeopleList } from './elements/people-list.js';
import { registerPeopleSection } from './elements/people-section.js';
import { registerPersonAvatar } from './elements/person-avatar.js';
import { registerPersonMenu } from './elements/person-menu.js';
import { registerPersonRow } from './elements/person-row.js';
import { registerReadOnlyNote } from './elements/read-only-note.js';
import { registerRoomForm } from './elements/room-form.js';
import { registerRoomHeader } from './elements/room-header.js';
import { registerRoomList } from './elements/room-list.js';
import { registerRoomRow } from './elements/room-row.js';
import { registerRoomSettings } from './elements/room-settings.js';
import { registerSessionSection } from './elements/session-section.js';
import { registerSignInDialog } from './elements/sign-in-dialog.js';
import { registerTerminalLines } from './elements/terminal-lines.js';
import { registerTokenSection } from './elements/token-section.js';
import { registerTypingLine } from './elements/typing-line.js';
import { followAttention } from './lib/attention.js';
import { everyMidnight, everyMinute } from './lib/dates.js';
import { closeDrawer } from './lib/drawer.js';
import { isTouchDevice } from './lib/keyboard.js';
import { lastingStorage } from './lib/storage.js';
import { Store } from './lib/store.js';
import { chooseLanguage, t } from './lib/translate.js';
import { parseVisits } from './lib/visits.js';
import { accountActions } from './account-actions.js';
import { ChatSession } from './chat-session.js';
import { KeptOutbox } from './kept-outbox.js';
import { PageHistory } from './page-history.js';
import { heartbeatOf, inviteOf, messageOf, roomOf } from './page-address.js';
import { newPageState, reduce } from './page-state.js';
import { pageTitle } from './page-title.js';

// An invitation is a secret: it leaves the address before anything else is done.
let invite = takeInvite();

document.documentElement.lang = await chooseLanguage(navigator.languages);
for (const element of document.querySelectorAll('[data-text]')) element.textContent = t(element.dataset.text);

const store = new Store(
  newPageState({
    room: roomOf(location),
    user: lastingStorage.read('name') ?? '',
    visits: parseVisits(lastingStorage.read('visits')),
  }),
  reduce,
);
document.title = pageTitle(store.state);

// Parts before the wholes that make them.
for (const register of [registerPersonAvatar, registerPersonRow, registerCopyLine, registerEmptyRoom, registerClosedRoom, registerHistoryEdge,
  registerJumpToLatest, registerListNote, registerMessageRow, registerMessageList, registerNameForm, registerReadOnlyNote,
  registerMessageComposer, registerTypingLine, registerConnectionState, registerRoomForm, registerRoomRow, registerAccountButton, registerRoomList,
  registerPeopleList, registerTerminalLines, registerRoomHeader, registerMessageAnnouncer, registerEntryList, registerSessionSection,
  registerTokenSection, registerPasswordSection, registerInviteSection, registerPeopleSection, registerBanSection,
  registerAuditSection, registerAccountDialog, registerSignInDialog, registerPersonMenu, registerMuteDialog, registerRoomSettings]) register();

const list = document.querySelector('message-list');
const composer = document.querySelector('message-composer');
const drawers = document.querySelectorAll('room-list, people-list');
const dialog = (name) => document.querySelector(name);
const session = new ChatSession({
  store, heartbeat: heartbeatOf(location), nameOfGuest: () => lastingStorage.read('name') ?? '', kept: new KeptOutbox(),
});
const pages = new PageHistory(({ room, messageId }) => session.open(room, messageId));

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
everyMinute(renderSoon);
renderSoon();

// The title is seen when the page is not, and then nothing is rendered.
store.watch((state) => {
  const title = pageTitle(state);
  if (document.title !== title) document.title = title;
});

addEventListener('pagehide', () => session.leave());
addEventListener('pageshow', ({ persisted }) => persisted && session.comeBack());
store.keep(({ list: { visits } }) => visits, (visits) => lastingStorage.write('visits', JSON.stringify(visits)));
lastingStorage.watch('visits', (text) => store.dispatch({ type: 'visits-read', visits: parseVisits(text) }));

const announcer = document.querySelector('message-announcer');
store.watch((state, event) => announcer.hear(state, event));
followAttention((attentive) => store.dispatch({ type: 'attention', attentive }));

const actions = {
  'open-room': ({ room }) => {
    for (const drawer of drawers) closeDrawer(drawer);
    pages.go(room);
    // A keyboard that jumps up by itself is a nuisance.
    if (!isTouchDevice()) composer.focus();
  },
  'refresh-rooms': () => session.refreshRooms(),
  'more-rooms': () => session.moreRooms(),
  'send-message': ({ text }) => {
    session.send(text);
    jumpToLatest();
  },
  'reply-to': ({ message }) => {
    store.dispatch({ type: 'reply-chosen', room: store.state.room, message });
    composer.focus();
  },
  'retry-message': ({ clientId }) => session.retry(clientId),
  'remove-message': ({ clientId }) => session.remove(clientId),
  'choose-name': async ({ name }) => {
    await session.rename(name);
    lastingStorage.write('name', name);
  },
  typed: () => session.typed(),
  'load-older': () => session.history.loadOlder(),
  'load-newer': () => session.history.loadNewer(),
  'reading-along': ({ room }) => store.dispatch({ type: 'reading-along', room }),
  'message-seen': ({ room, id }) => store.dispatch({ type: 'seen', room, id }),
  'jump-to-latest': () => jumpToLatest(),
  reconnect: () => session.reconnect(),
  'retry-room': () => session.retryRoom(),
  'open-sign-in': () => dialog('sign-in-dialog').open(),
  'open-account': () => dialog('account-dialog').open(),
  'open-room-settings': () => dialog('room-settings').open(),
  'open-mutes': () => dialog('mute-dialog').open(),
  'open-person': ({ name }) => dialog('person-menu').open(name),
  ...accountActions({
    store, session,
    onIdentity: () => lastingStorage.write('identity', String(Date.now())),
    onSignedOut: (account) => {
      lastingStorage.write('signed-out', account);
      // Told; the name need not stay.
      lastingStorage.write('signed-out', null);
    },
  }),
};
for (const [type, act] of Object.entries(actions)) {
  document.addEventListener(type, ({ detail }) => { detail.answer = act(detail); });
}

// A cookie is the browser's, so that whoever signs in or out in one tab does in all.
lastingStorage.watch('identity', () => session.identify());
lastingStorage.watch('signed-out', (account) => session.forgetUnsent(account));

function jumpToLatest() {
  pages.leaveMessage();
  list.jumpToLatest();
  session.history.loadPresent();
}

document.querySelector('.skip-link').addEventListener('click', (event) => {
  // Not by the address: what stands behind its # is a message.
  event.preventDefault();
  composer.focus();
});

function takeInvite() {
  const taken = inviteOf(location);
  if (taken) history.replaceState(null, '', location.pathname + location.search);
  return taken;
}

addEventListener('hashchange', () => {
  invite = takeInvite();
  if (invite) dialog('sign-in-dialog').open({ invite });
});

await session.start(messageOf(location));
if (invite) dialog('sign-in-dialog').open({ invite });
