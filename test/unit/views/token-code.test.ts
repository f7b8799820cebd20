import fc from 'fast-check';
import { marked, type Token } from 'marked';
import { describe, expect, test } from 'vitest';
import { code } from '../../../src/views/editor/token-code.ts';
import { escaped } from '../../../src/views/trees/markdown.ts';

// VS Code shows Markdown with the same library.
const settings = { gfm: true, breaks: true };

/** All kinds of Markdown that a text becomes. */
function kindsIn(markdown: string): ReadonlySet<string> {
  const kinds = new Set<string>();
  const walk = (tokens: readonly Token[]): void => {
    marked.walkTokens([...tokens], ({ type }) => void kinds.add(type));
  };
  walk(marked.lexer(markdown, settings));
  return kinds;
}

const sentence = (text: string): string => `Expected ${code(text)} with probability 1 %; predicted ${code(text)}.`;
const table = (text: string): string =>
  `| likeliest | probability |\n| :--- | ---: |\n| ${code(text)} | 1 % |\n| ${code(text)} | 2 % |`;

function expectShown(text: string): void {
  const allowed = (kinds: ReadonlySet<string>, ...names: readonly string[]): string[] =>
    [...kinds].filter(kind => !names.includes(kind));
  expect(allowed(kindsIn(sentence(text)), 'paragraph', 'text', 'codespan', 'escape'), JSON.stringify(text)).toEqual([]);
  expect(allowed(kindsIn(table(text)), 'table', 'text', 'codespan', 'escape'), JSON.stringify(text)).toEqual([]);
  const html = marked.parse(table(text), { ...settings, async: false });
  expect(html.match(/<tr>/g), JSON.stringify(text)).toHaveLength(3);
  expect(html.match(/<td/g), JSON.stringify(text)).toHaveLength(4);
}

/** What takes part in any Markdown, or in HTML. */
const syntax = [
  ...'`|\\*_~[]()<>!#+-=:.&;"\'/@^$%{}',
  '![](',
  'http://example.com/x.png)',
  'www.example.com',
  '<img src=x>',
  '<!--',
  '&#96;',
  '[a]: x',
  '``',
  '```',
  '\\|',
  '$(error)',
  'command:x',
];

describe('a token in a hover is shown and does nothing else:', () => {
  test('every control character, alone and among others', () => {
    const control = Array.from({ length: 0x20 }, (_, i) => i).concat(Array.from({ length: 0x21 }, (_, i) => 0x7f + i));
    const more = [
      0xad, 0x200b, 0x200d, 0x200e, 0x202a, 0x202e, 0x2028, 0x2029, 0x2066, 0x2069, 0xfeff, 0xd800, 0xe0001,
    ];
    for (const point of [...control, ...more]) {
      const character = String.fromCodePoint(point);
      for (const text of [character, `a${character}b`, `|${character}|`, `${character}\`${character}`]) {
        expectShown(text);
        // Nothing of it is left to be invisible, or to turn what follows around.
        expect(code(text)).not.toMatch(/[\p{C}\p{Z}]/u);
      }
    }
  });

  test('every pair of what Markdown and HTML are made of', () => {
    for (const first of syntax) for (const second of ['', ...syntax]) expectShown(first + second);
  });

  test('and any mixture', () => {
    const part = fc.oneof(fc.constantFrom(...syntax, '\r', '\n', '\r\n', '\t', ' '), fc.string({ unit: 'binary' }));
    fc.assert(
      fc.property(fc.array(part, { maxLength: 6 }), parts => expectShown(parts.join(''))),
      { numRuns: 2000, seed: 15 },
    );
  });

  test('as it is where it can be', () => {
    expect(code(' the')).toBe('`·the`');
    expect(code('a\r\n\tb')).toBe('`a␍⏎→b`');
    expect(code('`|')).toBe('&#96;&#124;');
    expect(code('\u202eevil')).toBe('`<U+202E>evil`');
    expect(code('')).toBe('∅');
    expect(code('x'.repeat(1000))).toBe(`\`${'x'.repeat(400)}…\``);
  });
});

test('a text in a tooltip is a paragraph of text and nothing else', () => {
  const part = fc.oneof(fc.constantFrom(...syntax, '\r', '\n', '\t', ' ', '1.'), fc.string({ unit: 'binary' }));
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 6 }), parts => {
      const kinds = [...kindsIn(`**x**\n\nFrom: ${escaped(parts.join(''))}  \nSeed: 1`)];
      const allowed = ['paragraph', 'strong', 'text', 'escape', 'space', 'br'];
      expect(
        kinds.filter(kind => !allowed.includes(kind)),
        JSON.stringify(parts),
      ).toEqual([]);
    }),
    { numRuns: 2000, seed: 15 },
  );
});
