/** Lets one pass, and then none for a while. */
export class Throttle {
  #interval;
  #passed = -Infinity;

  constructor(milliseconds) {
    this.#interval = milliseconds;
  }

  pass(now = Date.now()) {
    // A clock that was set back must not stop everything for hours.
    if (now >= this.#passed && now - this.#passed < this.#interval) return false;
    this.#passed = now;
    return true;
  }

  reset() {
    this.#passed = -Infinity;
  }
}
