import { readdirSync, readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseAst } from 'vitest/node';
import { inRepository } from '../support/paths.ts';

/** A text that a person may read, and where it stands. */
interface Prose {
  readonly file: string;
  /** What a template fills in stands as `{}`. */
  readonly text: string;
}

interface SyntaxNode {
  readonly type: string;
  readonly [key: string]: unknown;
}

const isNode = (value: unknown): value is SyntaxNode =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';

function childrenOf(node: SyntaxNode): SyntaxNode[] {
  return Object.values(node).flatMap(value =>
    Array.isArray(value) ? value.filter(isNode) : isNode(value) ? [value] : [],
  );
}

function templateText(node: SyntaxNode): string {
  const quasis = Array.isArray(node.quasis) ? node.quasis : [];
  const cooked = quasis.map((quasi: { value?: { cooked?: string } }) => quasi.value?.cooked ?? '');
  return cooked.join('{}');
}

/** All strings and templates of a syntax tree but style sheets and names of modules. */
function stringsOf(node: SyntaxNode): string[] {
  if (node.type === 'ImportDeclaration' || node.type === 'TSLiteralType') return [];
  const tag = node.type === 'TaggedTemplateExpression' && isNode(node.tag) ? node.tag.name : undefined;
  if (tag === 'css') return [];
  const own =
    node.type === 'Literal' && typeof node.value === 'string'
      ? [node.value]
      : node.type === 'TemplateLiteral'
        ? [templateText(node)]
        : [];
  return [...own, ...childrenOf(node).flatMap(stringsOf)];
}

function filesIn(folder: string, extension: string): string[] {
  return readdirSync(inRepository(folder), { recursive: true, encoding: 'utf8' })
    .filter(name => extname(name) === extension)
    .map(name => `${folder}/${name}`);
}

const read = (file: string): string => readFileSync(inRepository(file), 'utf8');
const isProse = (text: string): boolean => /\p{L}[,;:.)]? /u.test(text) || /^\p{Lu}\p{Ll}+$/u.test(text);

/** Every string of the program that reads like words for a person: messages, labels, help. */
function proseOfCode(): Prose[] {
  return [...filesIn('src', '.ts'), ...filesIn('webview', '.ts')].flatMap(file =>
    stringsOf(parseAst(read(file), { lang: 'ts' }) as unknown as SyntaxNode)
      .filter(isProse)
      .map(text => ({ file, text })),
  );
}

function proseOfManifest(): Prose[] {
  const file = 'package.nls.json';
  return Object.values(JSON.parse(read(file)) as Record<string, string>).map(text => ({ file, text }));
}

/** Pages of the documentation, a text for each line. What the glossary says of words to avoid is not among them. */
function proseOfPages(): Prose[] {
  const pages = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...filesIn('docs', '.md')];
  return pages.flatMap(file => {
    const [text = ''] = read(file).split('\n# Phrases');
    return text
      .split(/\n{2,}/)
      .filter(paragraph => !paragraph.startsWith('Avoid:'))
      .map(paragraph => ({ file, text: paragraph }));
  });
}

/** What the glossary says is not to be used, in small letters. */
function wordsToAvoid(): string[] {
  const [terms = '', phrases = ''] = read('docs/glossary.md').split('\n# Phrases');
  const ofTerms = [...terms.matchAll(/^Avoid: (.+)\.$/gm)].flatMap(([, list = '']) => list.split(', '));
  const ofTable = [...phrases.matchAll(/^\| ([^|]+) \| [^|]+ \|$/gm)]
    .map(([, cell = '']) => cell)
    .filter(cell => cell !== 'Avoid' && cell !== '---')
    .flatMap(cell => cell.split(', '));
  return [...ofTerms, ...ofTable].map(word => word.toLowerCase());
}

const nouns =
  'token|evaluation|segment|solution|text|pair|curve|correction|patch|file|job|run|layer|head|point|seed|vector|byte|mismatch|selection|core|sample';
const plural = new RegExp(`\\{\\d?\\} (?:${nouns})(?:s|es)\\b(?!/| per )`, 'g');
const singularOf = (noun: string): string => noun.replace(/(ch)es$/, '$1').replace(/s$/, '');

/** The counts of a text that have no form for one: neither by `counted` nor by a twin of the text in the same file. */
function countsWithoutSingular({ file, text }: Prose, all: readonly Prose[]): string[] {
  const near = new Set(all.filter(other => other.file === file).map(other => other.text));
  return [...text.matchAll(plural)]
    .filter(({ 0: found, index }) => {
      const [place = '', noun = ''] = found.split(' ');
      const twins = [`${place} ${singularOf(noun)}`, `1 ${singularOf(noun)}`];
      return !twins.some(twin => near.has(text.slice(0, index) + twin + text.slice(index + found.length)));
    })
    .map(({ 0: found }) => found);
}

describe('the words that people read', () => {
  const code = [...proseOfCode(), ...proseOfManifest()];
  const avoided = wordsToAvoid();

  test('are found where they stand', () => {
    expect(avoided).toContain('nats a token');
    expect(avoided.length).toBeGreaterThan(20);
    for (const [file, text] of [
      ['package.nls.json', 'Compress Selection to Proto-Tokens'],
      [
        'src/cli/program.ts',
        'Compress any text into two vectors that make a frozen language model emit it in one forward pass.',
      ],
      [
        'src/runtime/engine/looks.ts',
        'The text has {} and the vectors are for {}; give the text that they were trained on.',
      ],
      ['webview/tokens/legend.ts', 'right, barely'],
    ])
      expect(code.some(prose => prose.file === file && prose.text === text)).toBe(true);
  });

  test('are none of those that the glossary avoids', () => {
    const found = [...code, ...proseOfPages()].flatMap(({ file, text }) => {
      const flat = text.toLowerCase().replace(/\s+/g, ' ');
      return avoided
        .filter(word => new RegExp(`(?<![\\p{L}-])${word}(?![\\p{L}-])`, 'u').test(flat))
        .map(word => `${file}: "${word}" in: ${text.slice(0, 120)}`);
    });
    expect(found).toEqual([]);
  });

  test('agree with their counts, also with one', () => {
    const found = code.flatMap(prose =>
      countsWithoutSingular(prose, code).map(count => `${prose.file}: ${count}: ${prose.text}`),
    );
    expect(found).toEqual([]);
  });
});
