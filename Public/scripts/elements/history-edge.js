/**
 * <history-edge></history-edge>, made by <message-list>
 *
 * The upper end of what is loaded. Coming near it asks for more; while that is under way it has the shape of messages.
 */
import { build, tell } from '../lib/dom.js';
import { t } from '../lib/translate.js';

/** Asked for this long before the reader gets there. */
const AHEAD = '600px 0px 0px 0px';

class HistoryEdge extends HTMLElement {
  #retry = build('button', { type: 'button', class: 'quiet-button' });
  #failed = build('p', { role: 'status' });
  #observer;
  #near = false;
  #state = null;

  connectedCallback() {
    this.#retry.addEventListener('click', () => tell(this, 'load-older'));
    this.#retry.textContent = t('retry');
    this.append(build('div', { class: 'skeleton', 'aria-hidden': 'true' }), this.#failed, this.#retry);
    this.#observer = new IntersectionObserver(([entry]) => {
      this.#near = entry.isIntersecting;
      this.#askIfNear();
    }, { root: this.closest('[role=log]'), rootMargin: AHEAD });
    this.#observer.observe(this);
  }

  render(state) {
    const finished = this.#state?.history === 'loading' && state.history !== 'loading';
    this.#state = state;
    this.hidden = !state.hasMoreBefore;
    this.dataset.history = state.history;
    this.#failed.textContent = state.history === 'failed' ? t('history_failed') : '';
    this.#retry.hidden = state.history !== 'failed';
    // Still in sight after a short page: the observer will not say so again by itself.
    if (finished) {
      this.#observer.unobserve(this);
      this.#observer.observe(this);
    }
  }

  #askIfNear() {
    if (this.#near && this.#state?.history === 'idle' && this.#state.hasMoreBefore) tell(this, 'load-older');
  }
}

export const registerHistoryEdge = () => customElements.define('history-edge', HistoryEdge);
