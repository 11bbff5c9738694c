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
  #hasEnd = false;
  #place = null; // { row, top, height }: the first message in sight, and where it is
  #size = ''; // of the scroller, when that was so
  #onMove;

  constructor(scroller, rows, onMove) {
    this.#scroller = scroller;
    this.#rows = rows;
    this.#onMove = onMove;
    // A scroll that comes of another size is not the reader's.
    scroller.addEventListener('scroll', () => this.#sizeNow === this.#size && this.#measure(), { passive: true });
    const resized = new ResizeObserver(() => this.#comeBack());
    resized.observe(scroller);
    resized.observe(rows);
  }

  /** Whether the reader is at the end, and it is the end of the conversation rather than of what is loaded. */
  get atEnd() {
    return this.#sticks;
  }

  jumpToBottom() {
    this.#scroller.scrollTop = this.#scroller.scrollHeight;
    this.#measure();
  }

  /** Brings a row into the middle. */
  show(row) {
    const { top, height } = row.getBoundingClientRect();
    const space = this.#scroller.clientHeight - height;
    this.#scroller.scrollTop += top - this.#scroller.getBoundingClientRect().top - Math.max(0, space / 2);
    this.#measure();
  }

  /** Changes the rows by `change` and leaves the reader where they were. `hasEnd`: whether the last row is then the newest. */
  keepWhile(change, { hasEnd }) {
    const sticks = this.#sticks;
    const anchor = sticks ? null : this.#firstVisibleMessage();
    const before = anchor?.getBoundingClientRect().top;
    change();
    this.#hasEnd = hasEnd;
    if (sticks) return this.jumpToBottom();
    if (anchor?.isConnected) this.#scroller.scrollTop += anchor.getBoundingClientRect().top - before;
    if (this.#sizeNow === this.#size) this.#measure();
  }

  /** To where the reader was before the lines broke anew: within a message that begins above, to the same part of it. */
  #comeBack() {
    this.#size = this.#sizeNow;
    if (this.#sticks) return this.jumpToBottom();
    if (this.#place?.row.isConnected) {
      const { row, top, height } = this.#place;
      const now = this.#boxOf(row);
      this.#scroller.scrollTop += now.top - (top < 0 && height > 0 ? top * now.height / height : top);
    }
    this.#measure();
  }

  get #sizeNow() {
    return `${this.#scroller.clientWidth} ${this.#scroller.clientHeight}`;
  }

  get #sticks() {
    return this.#atBottom && this.#hasEnd;
  }

  #measure() {
    const { scrollHeight, scrollTop, clientHeight } = this.#scroller;
    this.#atBottom = scrollHeight - scrollTop - clientHeight <= BOTTOM_THRESHOLD_PX;
    const row = this.#firstVisibleMessage();
    this.#place = row ? { row, ...this.#boxOf(row) } : null;
    this.#onMove();
  }

  #boxOf(row) {
    const { top, height } = row.getBoundingClientRect();
    return { top: top - this.#scroller.getBoundingClientRect().top, height };
  }

  // Not any row: the line that names the day stays first when earlier messages of that day come in under it.
  #firstVisibleMessage() {
    const top = this.#scroller.getBoundingClientRect().top;
    return [...this.#rows.querySelectorAll('message-row')].find((row) => row.getBoundingClientRect().bottom > top);
  }
}
