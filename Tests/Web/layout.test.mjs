import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import english from '../../Public/locales/en.js';
import chinese from '../../Public/locales/zh-CN.js';

const root = new URL('../../Public/', import.meta.url);
const read = (path) => readFileSync(new URL(path, root), 'utf8');
const list = (path) => readdirSync(new URL(path, root));
const placeholders = (entry) =>
  [...new Set(JSON.stringify(entry).match(/\{\w+\}/g) ?? [])].sort();

test('everyLanguage_HasEveryTextWithTheSamePlaceholders', () => {
  assert.deepEqual(Object.keys(chinese).sort(), Object.keys(english).sort());
  for (const key of Object.keys(english)) {
    if (key !== 'lang') assert.deepEqual(placeholders(chinese[key]), placeholders(english[key]), key);
  }
});

test('everyTextThatAScriptNames_Exists', () => {
  const files = ['scripts/elements/', 'scripts/lib/'].flatMap((folder) => list(folder).map((file) => folder + file));
  const scripts = files.map(read).join('\n');
  for (const [, key] of scripts.matchAll(/\bt\('(\w+)'/g)) assert.ok(key in english, key);
});

test('everyStyleSheet_IsInTheDocumentAndInALayer', () => {
  const page = read('index.html');
  for (const file of list('styles/')) {
    assert.match(page, new RegExp(`href="/styles/${file}"`));
    assert.match(read(`styles/${file}`), /@layer/);
  }
});

test('noScriptMakesMarkupFromText', () => {
  for (const folder of ['scripts/', 'scripts/elements/', 'scripts/lib/']) {
    for (const file of list(folder).filter((name) => name.endsWith('.js'))) {
      assert.doesNotMatch(read(folder + file), /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|DOMParser/, file);
    }
  }
});

test('theDocument_HasNoInlineScriptOrStyle', () => {
  const page = read('index.html');
  assert.doesNotMatch(page, /<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)/);
});
