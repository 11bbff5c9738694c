/** One or two letters that stand for a name: "Ann Lee" is AL, "ann" is A, 李雷 is 李. */
export function initials(name) {
  const words = name.split(/[\s._-]+/u).filter(Boolean);
  return words.slice(0, 2).map(firstCharacter).join('').toLocaleUpperCase() || '?';
}

/** The same hue, 0 to 359, for the same name, everywhere and always (FNV-1a). */
export function hueOf(name) {
  let hash = 0x811c9dc5;
  for (const character of name) {
    hash = Math.imul(hash ^ character.codePointAt(0), 0x01000193);
  }
  return (hash >>> 0) % 360;
}

// What a person sees as one character may be several code points: emoji, letters with marks.
function firstCharacter(word) {
  return new Intl.Segmenter().segment(word)[Symbol.iterator]().next().value.segment;
}
