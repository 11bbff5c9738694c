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

  dispatch(event) {
    this.#state = this.#reduce(this.#state, event);
    for (const watcher of this.#watchers) watcher(this.#state, event);
  }
}
