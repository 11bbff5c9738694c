import english from '../../locales/en.js';

/** The languages the page speaks: what a browser may ask for, and the dictionary that answers it. */
const dictionaries = {
  en: async () => english,
  zh: async () => (await import('../../locales/zh-CN.js')).default,
};

let dictionary = english;
let formatting = 'en';
let plurals = new Intl.PluralRules('en');

/** Takes the first language of the reader's list that the page speaks, else English. Returns the document's `lang`. */
export async function chooseLanguage(preferred) {
  const asked = preferred.find((tag) => dictionaries[primaryLanguage(tag)]) ?? 'en';
  dictionary = await dictionaries[primaryLanguage(asked)]();
  // The reader's own region decides between 14:05 and 2:05 PM; the dictionary only knows the language.
  formatting = asked;
  plurals = new Intl.PluralRules(asked);
  return dictionary.lang;
}

/** The text of `key`, its `{names}` filled in. A text with plural forms is chosen by `values.count`. */
export function t(key, values = {}) {
  const entry = dictionary[key] ?? english[key] ?? key;
  const text = typeof entry === 'string' ? entry : (entry[plurals.select(values.count)] ?? entry.other);
  return text.replace(/\{(\w+)\}/g, (_, name) => formatValue(values[name]));
}

export function hasText(key) {
  return Object.hasOwn(english, key);
}

/** What dates and numbers are written in. */
export function formattingLocale() {
  return formatting;
}

function formatValue(value) {
  return typeof value === 'number' ? value.toLocaleString(formatting) : String(value);
}

function primaryLanguage(tag) {
  return tag.toLowerCase().split('-')[0];
}
