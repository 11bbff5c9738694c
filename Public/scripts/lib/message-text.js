/*
 * What a message's text is made of: running text, links, and code, in order. Pure. There is no other markup, and what looks like
 * some is text. Each takes time in proportion to the text: whoever writes one does not choose how long others look at it.
 */

/** Lines between ``` and ``` are a block; the word behind the first (a language) is not shown. */
const OPENS_BLOCK = /^```[^`]*$/;
const CLOSES_BLOCK = /^```\s*$/;
/**
 * An address ends before what changes the direction of writing, which could make it look like another, and before the
 * punctuation of a sentence in Chinese, which no space follows.
 */
const INLINE = /`([^`\n]+)`|\bhttps?:\/\/[^\s<>"`\u200e\u200f\u202a-\u202e\u2066-\u2069，。；：！？、“”‘’…（）【】《》「」『』]+/gi;
/** What ends a sentence behind an address, and does not belong to it. */
const TRAILING = ".,:;!?'*_~";
const BRACKETS = { ')': '(', ']': '[', '}': '{' };
/** With more links and pieces of code, the rest is text: each is an element, of which a long text could have thousands. */
const MOST_PARTS = 200;
/** Characters of a message that stand for it elsewhere. */
const SNIPPET_LENGTH = 120;

/** `[{ kind: 'text' | 'link' | 'code' | 'block', text, href }]`; `href` of links only. */
export function partsOf(text) {
  const parts = [];
  const lines = text.split('\n');
  let pending = 0;
  for (let line = 0; line < lines.length && parts.length < MOST_PARTS; line += 1) {
    if (!OPENS_BLOCK.test(lines[line])) continue;
    let close = line + 1;
    while (close < lines.length && !CLOSES_BLOCK.test(lines[close])) close += 1;
    // Without an end it is none, and neither is what follows.
    if (close === lines.length) break;
    addInline(parts, lines.slice(pending, line).join('\n'));
    parts.push({ kind: 'block', text: lines.slice(line + 1, close).join('\n') });
    pending = close + 1;
    line = close;
  }
  addInline(parts, lines.slice(pending).join('\n'));
  return parts;
}

/** One line of a message. */
export function snippet({ text }) {
  // Without half of a character, where it would end in one.
  return text.slice(0, SNIPPET_LENGTH).replace(/[\ud800-\udbff]$/, '').replace(/\s+/g, ' ').trim();
}

function addInline(parts, text) {
  let end = 0;
  const add = (part, from, to) => {
    if (from > end) parts.push({ kind: 'text', text: text.slice(end, from) });
    parts.push(part);
    end = to;
  };
  for (const { 0: whole, 1: code, index } of text.matchAll(INLINE)) {
    if (parts.length >= MOST_PARTS) break;
    if (code !== undefined) {
      add({ kind: 'code', text: code }, index, index + whole.length);
      continue;
    }
    const address = withoutTrailing(whole);
    const href = addressOf(address);
    if (href) add({ kind: 'link', text: address, href }, index, index + address.length);
  }
  if (end < text.length) parts.push({ kind: 'text', text: text.slice(end) });
}

/** A closing bracket belongs to an address that has the opening one. */
function withoutTrailing(address) {
  const count = (character) => address.split(character).length - 1;
  const surplus = Object.fromEntries(Object.entries(BRACKETS).map(([closing, opening]) => [closing, count(closing) - count(opening)]));
  let end = address.length;
  while (TRAILING.includes(address[end - 1]) || surplus[address[end - 1]] > 0) {
    end -= 1;
    if (address[end] in surplus) surplus[address[end]] -= 1;
  }
  return address.slice(0, end);
}

function addressOf(text) {
  return URL.canParse(text) ? new URL(text).href : null;
}
