import { randomId } from './lib/random-id.js';
import { lastingStorage, tabStorage } from './lib/storage.js';

const PREFIX = 'outbox.';
/** Under this lock a page takes what others have left: one page at a time. */
const TAKING = 'roomcast.outboxes';

/**
 * What this page has not posted yet, kept in the browser for when its tab is closed, reloaded or crashes: the next page of
 * this browser takes it over, or one that is open already.
 *
 * Each page keeps under an id of its own, which a duplicated tab does not share; only what nobody looks after any more is
 * taken. A page holds a lock for as long as it lives, which the browser ends whatever becomes of the page. On plain http
 * there are no locks: there what a page has said goodbye to is taken, and what this very tab had before. Should two pages
 * have the same message all the same, the server stores it once.
 */
export class KeptOutbox {
  #storage;
  #tab;
  #locks;
  #id = randomId();
  #before; // this tab's page before this one
  #isLeft = true;
  #release = () => {};

  constructor({ storage = lastingStorage, tab = tabStorage, locks = navigator.locks } = {}) {
    this.#storage = storage;
    this.#tab = tab;
    this.#locks = locks;
    this.#before = tab.read('outbox-id');
    tab.write('outbox-id', this.#id);
    this.#begin();
  }

  keep(pending) {
    // Once left it may be another page's.
    if (!this.#isLeft) this.#write(this.#id, { entries: pending });
  }

  /** The page goes away, perhaps to come back by the Back button. */
  leave() {
    this.#write(this.#id, { ...this.#read(this.#id), isLeft: true });
    this.#isLeft = true;
    this.#release();
  }

  /** What nobody has taken meanwhile. */
  comeBack() {
    const { entries } = this.#read(this.#id);
    this.#begin();
    this.keep(entries);
    return entries;
  }

  /** Gives what other pages have left to `use`, if there is anything: all at once, the oldest page's first. */
  async take(use) {
    if (!this.#locks) return this.#takeIf((id, { isLeft }) => isLeft || id === this.#before, use);
    await this.#locks.request(TAKING, async () => {
      const held = new Set((await this.#locks.query()).held.map(({ name }) => name));
      this.#takeIf((id, { isLeft }) => isLeft || !held.has(lockOf(id)), use);
    });
  }

  /** Nothing that this account wrote stays in the browser, whichever page it is of. */
  forget(account) {
    for (const id of this.#ids()) {
      const kept = this.#read(id);
      this.#write(id, { ...kept, entries: kept.entries.filter((entry) => entry.account !== account) });
    }
  }

  #begin() {
    this.#isLeft = false;
    this.#locks?.request(lockOf(this.#id), () => !this.#isLeft && new Promise((resolve) => { this.#release = resolve; }))
      // Where nothing may be kept, locks are forbidden too.
      .catch(() => {});
  }

  #takeIf(isFree, use) {
    const free = this.#ids().filter((id) => id !== this.#id && isFree(id, this.#read(id)));
    const entries = free.flatMap((id) => this.#read(id).entries);
    // This page keeps them before they are removed: whatever happens in between, nothing is lost.
    if (entries.length > 0) use(entries);
    for (const id of free) this.#write(id, { entries: [] });
  }

  /** The oldest first: they begin with the time. */
  #ids() {
    return this.#storage.keys(PREFIX).map((key) => key.slice(PREFIX.length)).sort();
  }

  #read(id) {
    try {
      const { entries, isLeft } = JSON.parse(this.#storage.read(PREFIX + id));
      return { entries: entries.filter(({ client_id: clientId, room, text }) => clientId && room && text), isLeft };
    } catch {
      return { entries: [], isLeft: true };
    }
  }

  #write(id, { entries, isLeft }) {
    this.#storage.write(PREFIX + id, entries.length > 0 && JSON.stringify({ entries, isLeft }));
  }
}

function lockOf(id) {
  return `roomcast.outbox.${id}`;
}
