/**
 * <people-list id="people" popover role="complementary" data-renders></people-list>
 *
 * Who is in the room now, and who else belongs to it; for those who moderate it, the way to who is muted. A column where there is
 * room for it, else a drawer.
 */
import { peopleOf } from '../page-state.js';
import { mayModerate } from '../access-state.js';
import { awayRows, personRows } from '../people-state.js';
import { becomeDrawer } from '../lib/drawer.js';
import { build, setText, tell } from '../lib/dom.js';
import { button } from '../lib/form.js';
import { showRows } from '../lib/keyed-children.js';
import { t } from '../lib/translate.js';

class PeopleList extends HTMLElement {
  #count = build('span', { class: 'count' });
  #rows = build('div', { class: 'rows', role: 'list' });
  #away = build('h3', { hidden: true }, t('people_away'));
  #awayRows = build('div', { class: 'rows', role: 'list', hidden: true });
  #more = build('p', { class: 'more', hidden: true });
  #mutes = button(t('mutes_open'), { 'aria-haspopup': 'dialog', hidden: true }, () => tell(this, 'open-mutes'));

  connectedCallback() {
    this.setAttribute('aria-label', t('people'));
    this.append(
      build('div', { class: 'heading' }, build('h2', {}, t('people')), this.#count),
      build('div', { class: 'scroller' }, this.#rows, this.#more, this.#away, this.#awayRows),
      this.#mutes,
    );
    becomeDrawer(this);
  }

  render(page) {
    const people = peopleOf(page);
    const rows = personRows(people, page.me, page.identity.account !== null);
    const unnamed = people.count - rows.length;
    setText(this.#count, people.count > 0 ? t('number', { count: people.count }) : '');
    this.#rows.hidden = rows.length === 0;
    const isLedByMe = mayModerate(page);
    this.#mutes.hidden = !isLedByMe;
    const show = (parent, people) => showRows(parent,
      people.map((row) => ({ ...row, hasMenu: isLedByMe && !row.isMe })), () => document.createElement('person-row'));
    show(this.#rows, rows);
    const away = awayRows(people);
    for (const part of [this.#away, this.#awayRows]) part.hidden = away.length === 0;
    show(this.#awayRows, away);
    this.#more.hidden = unnamed <= 0;
    setText(this.#more, unnamed <= 0 ? '' : t(rows.length > 0 ? 'people_more' : 'people_here', { count: unnamed }));
  }
}

export const registerPeopleList = () => customElements.define('people-list', PeopleList);
