/**
 * <connection-state data-renders></connection-state>
 *
 * A dot and a word; in trouble also when the next try is, and a button to try now. `data-phase` is what styles and tests
 * look at: connecting, live, waiting, offline, refused, ended.
 */
import { build, tell } from '../lib/dom.js';
import { t } from '../lib/translate.js';

/** Shorter breaks are mended before anyone needs to know. */
const GRACE_MS = 1_000;
const TROUBLED = ['waiting', 'offline', 'refused', 'ended'];

class ConnectionState extends HTMLElement {
  #word = build('span', { class: 'word', role: 'status' });
  // Ticks every second, so it stays out of the live region.
  #countdown = build('span', { class: 'countdown', 'aria-hidden': 'true' });
  #retry = build('button', { type: 'button', class: 'quiet-button', hidden: true });
  #shown = null;
  #grace;
  #ticking;

  connectedCallback() {
    this.append(build('span', { class: 'dot' }), this.#word, this.#countdown, this.#retry);
    this.#retry.textContent = t('retry_now');
    this.#retry.addEventListener('click', () => tell(this, 'reconnect'));
  }

  render(state) {
    if (state.connection === this.#shown?.connection && state.pending.length === this.#shown.pending.length) return;
    this.#shown = state;
    const inTrouble = this.dataset.phase !== undefined && this.dataset.phase !== 'live';
    if (state.connection.phase === 'live' || inTrouble) this.#show();
    else this.#grace ??= setTimeout(() => this.#show(), GRACE_MS);
  }

  #show() {
    clearTimeout(this.#grace);
    this.#grace = null;
    const { connection, wasLive, pending } = this.#shown;
    this.dataset.phase = connection.phase;
    setText(this.#word, wordFor(connection.phase, { wasLive, waiting: pending.length }));
    this.#retry.hidden = !TROUBLED.includes(connection.phase);
    this.#tick();
  }

  #tick() {
    clearTimeout(this.#ticking);
    const { phase, retryAt } = this.#shown.connection;
    const seconds = Math.ceil((retryAt - Date.now()) / 1000);
    const counts = phase === 'waiting' && seconds > 0;
    setText(this.#countdown, counts ? t('connection_countdown', { seconds }) : '');
    if (counts) this.#ticking = setTimeout(() => this.#tick(), 250);
  }
}

function wordFor(phase, { wasLive, waiting }) {
  if (phase === 'connecting') return t(wasLive ? 'connection_reconnecting' : 'connection_connecting');
  if (phase === 'waiting') return t(wasLive ? 'connection_reconnecting' : 'connection_unreachable');
  if (phase === 'offline' && waiting > 0) return t('connection_offline_waiting', { count: waiting });
  return t(`connection_${phase}`);
}

// A live region speaks whenever its text is set, even to what it was.
function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

export const registerConnectionState = () => customElements.define('connection-state', ConnectionState);
