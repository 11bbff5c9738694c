/**
 * <history-edge part="older"></history-edge>, made by <message-list>
 *
 * The upper (older) or lower (newer) end of what is loaded. Coming near it asks for more; while that is under way it has
 * the shape of messages.
 */
import { build, tell } from '../lib/dom.js';
import { t } from '../lib/translate.js';

/** Asked for this long before the reader gets there. */
const AHEAD = '600px 0px';

class HistoryEdge extends HTMLElement {
  #retry = build('button', { type: 'button', class: 'quiet-button' });
  #failed = build('p', { role: 'status' });
  #observer;
  #near = false;
  #phase = 'idle';

  connectedCallback() {
    this.#retry.addEventListener('click', () => this.#ask());
    this.#retry.textContent = t('retry');
    this.append(build('div', { class: 'skeleton', 'aria-hidden': 'true' }), this.#failed, this.#retry);
    this.#observer = new IntersectionObserver((entries) => {
      this.#near = entries.at(-1).isIntersecting;
      if (this.#near && this.#phase === 'idle' && !this.hidden) this.#ask();
    }, { root: this.closest('[role=log]'), rootMargin: AHEAD });
    this.#observer.observe(this);
  }

  render(conversation) {
    const isOlder = this.getAttribute('part') === 'older';
    const hasMore = isOlder ? conversation.hasMoreBefore : conversation.hasMoreAfter;
    const hasNothing = isOlder && !conversation.loaded && conversation.whole === 'failed';
    const before = this.#phase;
    this.#phase = hasNothing ? 'failed' : conversation[this.getAttribute('part')];
    this.hidden = !hasMore && !hasNothing;
    this.dataset.phase = this.#phase;
    this.#failed.textContent = this.#phase === 'failed' ? t(isOlder ? 'history_failed' : 'history_newer_failed') : '';
    this.#retry.hidden = this.#phase !== 'failed';
    // Still in sight after a short page: the observer will not say so again by itself.
    if (before === 'loading' && this.#phase !== 'loading') {
      this.#observer.unobserve(this);
      this.#observer.observe(this);
    }
  }

  #ask() {
    tell(this, this.getAttribute('part') === 'older' ? 'load-older' : 'load-newer');
  }
}

export const registerHistoryEdge = () => customElements.define('history-edge', HistoryEdge);
