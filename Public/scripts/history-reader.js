import { fetchMessage, fetchMessages } from './api.js';
import { askedAs, guestName } from './identity-state.js';
import { conversationOf } from './page-state.js';
import { unknownQuotes } from './room-state.js';

const PAGE_LENGTH = 50;
const LONGEST_PAGE = 500;
/** Events after which something may be shown that replies to what is not. */
const BRINGS_REPLIES = ['opened', 'history-loaded', 'mended', 'posted', 'message'];

/** Fetches history: the present of a room, the surroundings of a message, more at either end, and what was missed. */
export class HistoryReader {
  #store;
  #wholes = new Map(); // room → the asking under way
  #mending = false;
  #quoting = false;

  constructor(store) {
    this.#store = store;
    store.watch((state, { type }) => BRINGS_REPLIES.includes(type) && this.loadQuotes());
  }

  loadOlder() {
    const { loaded, hasMoreBefore, messages } = this.#conversation;
    if (!loaded) this.ensureLoaded();
    else if (hasMoreBefore && messages.length > 0) this.#loadMore('older', 'before', messages[0].id);
  }

  loadNewer() {
    const { hasMoreAfter, messages } = this.#conversation;
    if (hasMoreAfter && messages.length > 0) this.#loadMore('newer', 'after', messages.at(-1).id);
  }

  /** Sees to it that something is shown; the present, if nothing else was asked for. */
  ensureLoaded() {
    const { room, loaded, whole } = this.#conversation;
    if (!loaded && whole !== 'loading') this.#loadWhole(room, null);
  }

  /** Shows the present, unless what is shown reaches to it. */
  loadPresent() {
    const { room, hasMoreAfter } = this.#conversation;
    if (hasMoreAfter) this.#loadWhole(room, null);
  }

  /** Shows a message, and what is around it. */
  goTo(id) {
    const { room, loaded, messages } = this.#conversation;
    this.#store.dispatch({ type: 'focused', room, id });
    if (!loaded || !messages.some((message) => message.id === id)) this.#loadWhole(room, id);
  }

  /** The latest page, for whoever wants to know where the room is. */
  fetchPresent(room) {
    return this.#fetch(room, { limit: PAGE_LENGTH });
  }

  /** Fetches what the chain shows to be missing in any room. If that fails too, the next event tries again. */
  async mend() {
    if (this.#mending) return;
    this.#mending = true;
    try {
      for (let broken = this.#broken(); broken; broken = this.#broken()) {
        const { room, missed } = broken;
        const as = askedAs(this.#store.state);
        const page = await this.#fetch(room, { after: missed.after, limit: LONGEST_PAGE });
        this.#store.dispatch({ type: 'mended', room, page, missed, askedAs: as });
      }
    } catch {
      // The note in the list stays until it works.
    } finally {
      this.#mending = false;
    }
  }

  /** Fetches what is replied to and not shown, one after another. What fails is tried again with the next event. */
  async loadQuotes() {
    if (this.#quoting) return;
    this.#quoting = true;
    try {
      for (let [id] = unknownQuotes(this.#conversation); id; [id] = unknownQuotes(this.#conversation)) {
        const { room } = this.#conversation;
        const as = askedAs(this.#store.state);
        const message = await this.#fetchQuoted(room, id);
        this.#store.dispatch({ type: 'quote-loaded', room, id, message, askedAs: as });
        // As somebody else the page has begun anew, and asks by itself.
        if (askedAs(this.#store.state) !== as) return;
      }
    } catch {
      // It is shown as not known meanwhile.
    } finally {
      this.#quoting = false;
    }
  }

  async #fetchQuoted(room, id) {
    try {
      return await fetchMessage(room, id, { user: guestName(this.#store.state) });
    } catch (error) {
      if (error.passes === false) return null;
      throw error;
    }
  }

  async #loadMore(part, direction, edge) {
    const { room, [part]: phase } = this.#conversation;
    if (phase === 'loading') return;
    const as = askedAs(this.#store.state);
    this.#store.dispatch({ type: 'history-asked', room, part });
    try {
      const page = await this.#fetch(room, { [direction]: edge, limit: PAGE_LENGTH });
      this.#store.dispatch({ type: 'history-loaded', room, part, page, edge, askedAs: as });
    } catch {
      this.#store.dispatch({ type: 'history-failed', room, part, askedAs: as });
    }
  }

  /** A piece of history in place of what is shown. Of several that are under way, the last one asked for is shown. */
  async #loadWhole(room, focus) {
    const as = askedAs(this.#store.state);
    const underWay = this.#wholes.get(room);
    if (underWay?.focus === focus && underWay.as === as) return;
    const asking = { focus, as };
    this.#wholes.set(room, asking);
    this.#store.dispatch({ type: 'history-asked', room, part: 'whole' });
    const tell = (event) => {
      if (this.#wholes.get(room) !== asking) return;
      this.#wholes.delete(room);
      this.#store.dispatch({ room, part: 'whole', askedAs: as, ...event });
    };
    try {
      const page = await this.#fetch(room, { around: focus, limit: PAGE_LENGTH });
      tell({ type: 'history-loaded', page, focus });
    } catch {
      tell({ type: 'history-failed' });
    }
  }

  #broken() {
    return Object.values(this.#store.state.conversations).find(({ missed }) => missed);
  }

  #fetch(room, query) {
    return fetchMessages(room, { ...query, user: guestName(this.#store.state) });
  }

  get #conversation() {
    return conversationOf(this.#store.state);
  }
}
