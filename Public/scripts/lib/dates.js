import { formattingLocale, t } from './translate.js';

const DAY_MS = 24 * 60 * 60 * 1000;

/** The reader's own calendar day of a moment, such as `2026-11-22`. */
export function dayKey(moment) {
  const date = new Date(moment);
  return [date.getFullYear(), twoDigits(date.getMonth() + 1), twoDigits(date.getDate())].join('-');
}

export function formatTime(moment) {
  return formatter({ hour: 'numeric', minute: '2-digit' }).format(new Date(moment));
}

/** A day and its time, where there is little room. */
export function formatShort(moment) {
  return formatter({ dateStyle: 'medium', timeStyle: 'short' }).format(new Date(moment));
}

/** Only the time, if that is today. */
export function formatUntil(moment, now = Date.now()) {
  return dayKey(moment) === dayKey(now) ? formatTime(moment) : formatShort(moment);
}

export function formatDate(moment) {
  return formatter({ dateStyle: 'medium' }).format(new Date(moment));
}

export function formatMoment(moment) {
  return formatter({ dateStyle: 'full', timeStyle: 'medium' }).format(new Date(moment));
}

/** "Today", "Yesterday", or the date, with its year only when it is another one. */
export function formatDay(moment, now = Date.now()) {
  const daysAgo = Math.round((startOfDay(now) - startOfDay(moment)) / DAY_MS);
  if (daysAgo === 0 || daysAgo === 1) return sentenceCase(relativeDay(-daysAgo));
  const sameYear = new Date(moment).getFullYear() === new Date(now).getFullYear();
  return formatter({ weekday: 'long', month: 'long', day: 'numeric', year: sameYear ? undefined : 'numeric' })
    .format(new Date(moment));
}

/** "now", "5m", "3h", "2d", or the date: how long ago, where there is little room. */
export function formatAgo(moment, now = Date.now()) {
  const minutes = Math.floor((now - new Date(moment)) / 60_000);
  if (minutes < 1) return t('just_now');
  if (minutes < 60) return inUnits(minutes, 'minute');
  if (minutes < 24 * 60) return inUnits(Math.floor(minutes / 60), 'hour');
  if (minutes < 7 * 24 * 60) return inUnits(Math.floor(minutes / 60 / 24), 'day');
  return formatter({ month: 'short', day: 'numeric' }).format(new Date(moment));
}

/** Calls back each time the reader's day changes: "Today" has become "Yesterday". */
export function everyMidnight(callback) {
  const untilMidnight = startOfDay(Date.now() + DAY_MS) - Date.now();
  setTimeout(() => {
    callback();
    everyMidnight(callback);
  }, untilMidnight + 1_000);
}

/** Calls back each minute, while somebody looks. */
export function everyMinute(callback) {
  setInterval(() => document.visibilityState === 'visible' && callback(), 60_000);
}

function inUnits(count, unit) {
  return count.toLocaleString(formattingLocale(), { style: 'unit', unit, unitDisplay: 'narrow' });
}

function startOfDay(moment) {
  return new Date(moment).setHours(0, 0, 0, 0);
}

function relativeDay(days) {
  return new Intl.RelativeTimeFormat(formattingLocale(), { numeric: 'auto' }).format(days, 'day');
}

function sentenceCase(text) {
  return text.charAt(0).toLocaleUpperCase(formattingLocale()) + text.slice(1);
}

function twoDigits(number) {
  return String(number).padStart(2, '0');
}

// Making a formatter costs far more than using one, and a list has hundreds of times to format.
const formatters = new Map();

function formatter(options) {
  const key = formattingLocale() + JSON.stringify(options);
  if (!formatters.has(key)) formatters.set(key, new Intl.DateTimeFormat(formattingLocale(), options));
  return formatters.get(key);
}
