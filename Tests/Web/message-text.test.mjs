import assert from 'node:assert/strict';
import { test } from 'node:test';
import { partsOf, snippet } from '../../Public/scripts/lib/message-text.js';

const linksIn = (text) => partsOf(text).filter(({ kind }) => kind === 'link').map((part) => part.text);
const together = (text) => partsOf(text).map((part) => part.text).join('');

test('addresses_AreLinks_WithoutWhatEndsTheSentence', () => {
  assert.deepEqual(linksIn('see https://a.example/x. And (http://b.example/y), or https://c.example/?q=1!'),
    ['https://a.example/x', 'http://b.example/y', 'https://c.example/?q=1']);
  assert.deepEqual(linksIn('看https://例子.测试/路径，好'), ['https://例子.测试/路径']);
  assert.deepEqual(linksIn('https://a.example/a_(b) (https://a.example/c_(d)))'), ['https://a.example/a_(b)', 'https://a.example/c_(d)']);
});

test('aLink_LeadsToWhereItSays', () => {
  assert.deepEqual(partsOf('https://Example.com/ä'), [{ kind: 'link', text: 'https://Example.com/ä', href: 'https://example.com/%C3%A4' }]);
});

test('whatIsNoAddressOfTheWeb_IsText', () => {
  for (const text of ['javascript:alert(1)', 'http://', 'https://[::z]/', 'ftp://a.example', 'a.example', 'xhttps://a.example', 'data:text/html,x']) {
    assert.deepEqual(partsOf(text), [{ kind: 'text', text }], text);
  }
});

test('anAddress_EndsBeforeWhatTurnsTheDirectionOfWriting', () => {
  assert.deepEqual(linksIn('https://a.example/\u202egpj.exe'), ['https://a.example/']);
});

test('codeInALine_IsNoLink', () => {
  assert.deepEqual(partsOf('run `curl https://a.example` now'), [
    { kind: 'text', text: 'run ' }, { kind: 'code', text: 'curl https://a.example' }, { kind: 'text', text: ' now' },
  ]);
  assert.deepEqual(partsOf('a ` b'), [{ kind: 'text', text: 'a ` b' }]);
});

test('linesOfCode_KeepTheirSpaces_AndEndWhereTheySay', () => {
  assert.deepEqual(partsOf('look:\n```js\nif (a) {\n\n  `b`;\n}\n```\nthere'), [
    { kind: 'text', text: 'look:' }, { kind: 'block', text: 'if (a) {\n\n  `b`;\n}' }, { kind: 'text', text: 'there' },
  ]);
  const open = 'look:\n```js\nif (a)';
  assert.equal(together(open), open);
});

test('textWithoutAnyOfIt_IsAsItWasWritten', () => {
  for (const text of ['', ' a\n\n b ', '*a* _b_ # c <b>d</b> & ``` e', '``']) assert.equal(together(text), text);
});

test('aMessage_TakesTimeInProportionToItsLength', () => {
  const texts = ['```a\n', '```\n', '`', 'https://', 'https://a.example/)', ')', '(', '`a`'].map((piece) => piece.repeat(200_000 / piece.length));
  for (const text of [...texts, `https://a.example/${')'.repeat(200_000)}`, `https://a.example/${'('.repeat(200_000)}`]) {
    const start = performance.now();
    partsOf(text);
    // A step for each character times each other one would take minutes.
    assert.ok(performance.now() - start < 5_000, text.slice(0, 30));
  }
});

test('aMessageInOneLine_IsItsBeginning', () => {
  assert.equal(snippet({ text: `${'a'.repeat(119)}💬` }), 'a'.repeat(119));
  assert.equal(snippet({ text: ` a\n\n\tb ${'c'.repeat(200)}` }), `a b ${'c'.repeat(113)}`);
});

test('ofAThousandPieces_MostAreText', () => {
  const text = '`a`b https://a.example '.repeat(500);
  const parts = partsOf(text);
  assert.ok(parts.length <= 202, `${parts.length}`);
  assert.equal(parts.filter(({ kind }) => kind !== 'text').length < 200, true);
  assert.ok(parts.at(-1).text.endsWith('`a`b https://a.example '));
});
