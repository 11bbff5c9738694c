/** Holds the state, changes it only by events, and tells those who watch: `watch((state, event) => …)`. */
export class Store {
  #state;
  #reduce;
  #watchers = [];

  constructor(state, reduce) {
    this.#state = state;
    this.#reduce = reduce;
  }

  get state() {
    return this.#state;
  }

  watch(watcher) {
    this.#watchers.push(watcher);
  }

  /** Calls `write(part)` each time that part of the state has become another. */
  keep(part, write) {
    let kept = part(this.#state);
    this.watch((state) => {
      if (part(state) === kept) return;
      kept = part(state);
      write(kept);
    });
  }

  dispatch(event) {
    this.#state = this.#reduce(this.#state, event);
    for (const watcher of this.#watchers) watcher(this.#state, event);
  }
}
