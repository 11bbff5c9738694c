/**
 * <connection-state data-renders></connection-state>
 *
 * Nothing while all is well. In trouble what it is, when the next try will be, and a button to try now; afterwards, for a
 * moment, that nothing was missed. `data-phase` is what styles and tests look at: connecting, live, waiting, offline,
 * refused, ended, asleep, closed; with `data-news` while there is something to say about being live again.
 */
import { build, setText, tell } from '../lib/dom.js';
import { t } from '../lib/translate.js';

/** Shorter breaks are mended before anyone needs to know. */
const GRACE_MS = 1_500;
const NEWS_LASTS_MS = 4_000;
const TROUBLED = ['waiting', 'offline', 'refused', 'ended'];

class ConnectionState extends HTMLElement {
  #word = build('span', { class: 'word', role: 'status' });
  // Ticks every second, so it stays out of the live region.
  #countdown = build('span', { class: 'countdown', 'aria-hidden': 'true' });
  #waiting = build('span', { class: 'waiting' });
  #retry = build('button', { type: 'button', class: 'quiet-button', hidden: true });
  #shown = null;
  #wasTroubled = false;
  #grace;
  #ticking;
  #fading;

  connectedCallback() {
    this.append(build('span', { class: 'dot' }), this.#word, this.#countdown, this.#waiting, this.#retry);
    this.#retry.textContent = t('retry_now');
    this.#retry.addEventListener('click', () => tell(this, 'reconnect'));
  }

  render({ connection, wasLive, cameBack, pending }) {
    if (connection === this.#shown?.connection && pending.length === this.#shown.unsent) return;
    this.#shown = { connection, wasLive, cameBack, unsent: pending.length };
    const inTrouble = this.dataset.phase !== undefined && this.dataset.phase !== 'live';
    if (connection.phase === 'live' || inTrouble) this.#show();
    else this.#grace ??= setTimeout(() => this.#show(), GRACE_MS);
  }

  #show() {
    clearTimeout(this.#grace);
    this.#grace = null;
    const { connection: { phase }, wasLive, cameBack, unsent } = this.#shown;
    if (this.dataset.phase === phase && phase === 'live') return;
    this.dataset.phase = phase;
    if (phase === 'live') this.#tellNews(cameBack);
    else setText(this.#word, wordFor(phase, wasLive));
    this.#wasTroubled = phase !== 'live' && (this.#wasTroubled || (wasLive && TROUBLED.includes(phase)));
    const isTrouble = TROUBLED.includes(phase);
    setText(this.#waiting, isTrouble && unsent > 0 ? t('connection_unsent', { count: unsent }) : '');
    this.#retry.hidden = !isTrouble;
    this.#tick();
  }

  #tellNews(cameBack) {
    clearTimeout(this.#fading);
    setText(this.#word, this.#wasTroubled ? t(cameBack?.count > 0 ? 'connection_back_with' : 'connection_back', { count: cameBack?.count }) : '');
    this.toggleAttribute('data-news', this.#wasTroubled);
    this.#fading = setTimeout(() => {
      this.removeAttribute('data-news');
      if (this.dataset.phase === 'live') setText(this.#word, '');
    }, NEWS_LASTS_MS);
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

function wordFor(phase, wasLive) {
  // The conversation says it in its own place.
  if (phase === 'closed') return '';
  if (phase === 'connecting') return t(wasLive ? 'connection_reconnecting' : 'connection_connecting');
  if (phase === 'waiting') return t(wasLive ? 'connection_reconnecting' : 'connection_unreachable');
  return t(`connection_${phase}`);
}

export const registerConnectionState = () => customElements.define('connection-state', ConnectionState);
