import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Problem } from '../../Public/scripts/api.js';
import { problemText } from '../../Public/scripts/lib/problem-text.js';
import { chooseLanguage } from '../../Public/scripts/lib/translate.js';

/** The table of `Docs/HTTP-API.md`: every code, with its status. */
function codes() {
  const errors = readFileSync(new URL('../../Docs/HTTP-API.md', import.meta.url), 'utf8').split('## Errors')[1];
  return [...errors.matchAll(/^\| (\d{3}) \| (.*) \|$/gm)].flatMap(([, status, told]) =>
    [...told.replace(/\([^)]*\)/g, '').matchAll(/`(\w+)`/g)].map(([, code]) => ({ status: Number(status), code })));
}

test('everyRefusal_IsToldInTheReadersLanguage', async () => {
  assert.ok(codes().length > 60);
  for (const language of ['en', 'zh-CN']) {
    await chooseLanguage([language]);
    for (const { status, code } of codes()) {
      const text = problemText({ status, code, message: 'as the server says it', retryAfterMs: 1_000, limit: 7 });
      assert.ok(!/as the server says it|problem_|undefined|\{/.test(text), `${language} ${code}: ${text}`);
      assert.equal(language === 'en' || /\p{Script=Han}/u.test(text), true, `${code}: ${text}`);
    }
  }
  await chooseLanguage(['en']);
});

test('aRefusal_TellsItsLimit_AndWhenToTryAgain', () => {
  const text = (more) => problemText(new Problem({ detail: 'As the server says it.', ...more }));
  assert.match(text({ status: 409, code: 'too_many', limit: 1_000 }), /\b1,000\b/);
  assert.equal(text({ status: 429, code: 'too_many_guesses', retryAfterMs: 11_200 }), 'Too many wrong passwords. Try again in 12 s.');
  assert.equal(text({ status: 429, code: 'rate_limited', retryAfterMs: 400 }), 'Too much at once. Try again in 1 s.');
  for (const code of ['of_a_proxy', 'constructor']) assert.equal(text({ status: 403, code }), 'As the server says it.');
});

test('whatIsNoRefusal_IsNotTakenForOne', () => {
  assert.equal(problemText(new Problem({ status: 502 })), 'The server is in trouble. Try again later.');
  assert.equal(problemText(new TypeError('Failed to fetch')), 'The server cannot be reached. Try again.');
  assert.equal(problemText(new DOMException('signal timed out', 'TimeoutError')), 'The server cannot be reached. Try again.');
});
