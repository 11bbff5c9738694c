/** So near to the end the reader is reading along. */
const BOTTOM_THRESHOLD_PX = 100;

/**
 * Keeps a scrolled list where the reader wants it: at the end while they read along, else at the row they are reading,
 * whatever is added above or below or however the room for it changes. The browser's own scroll anchoring is switched
 * off in the style sheet, because it does nothing at the very top, where history is loaded.
 */
export class ScrollKeeper {
  #scroller;
  #rows;
  #atBottom = true;
  #onMove;

  constructor(scroller, rows, onMove) {
    this.#scroller = scroller;
    this.#rows = rows;
    this.#onMove = onMove;
    scroller.addEventListener('scroll', () => this.#measure(), { passive: true });
    const resized = new ResizeObserver(() => this.#atBottom && this.jumpToBottom());
    resized.observe(scroller);
    resized.observe(rows);
  }

  get atBottom() {
    return this.#atBottom;
  }

  jumpToBottom() {
    this.#scroller.scrollTop = this.#scroller.scrollHeight;
    this.#measure();
  }

  /** Changes the rows by `change` and leaves the reader where they were. */
  keepWhile(change) {
    const anchor = this.#atBottom ? null : this.#firstVisibleMessage();
    const before = anchor?.getBoundingClientRect().top;
    change();
    if (this.#atBottom) this.jumpToBottom();
    else if (anchor?.isConnected) this.#scroller.scrollTop += anchor.getBoundingClientRect().top - before;
  }

  #measure() {
    const { scrollHeight, scrollTop, clientHeight } = this.#scroller;
    this.#atBottom = scrollHeight - scrollTop - clientHeight <= BOTTOM_THRESHOLD_PX;
    this.#onMove();
  }

  // Not any row: the line that names the day stays first when earlier messages of that day come in under it.
  #firstVisibleMessage() {
    const top = this.#scroller.getBoundingClientRect().top;
    return [...this.#rows.querySelectorAll('message-row')].find((row) => row.getBoundingClientRect().bottom > top);
  }
}
