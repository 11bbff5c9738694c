/** Answers may come in any order, and late: only the one to what was asked last counts. */
export class LastAsked {
  #asked = 0;

  /** Call it when asking. What it returns tells whether that is still the last. */
  begin() {
    this.#asked += 1;
    const mine = this.#asked;
    return () => mine === this.#asked;
  }

  /** Whatever is under way does not count any more. */
  forget() {
    this.#asked += 1;
  }
}
