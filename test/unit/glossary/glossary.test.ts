import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { anchorOf, parseGlossary, runsOf } from '../../../src/glossary/glossary.ts';
import { usedTerms } from '../../../webview/glossary/used-terms.ts';
import { inRepository } from '../../support/paths.ts';

const page = `# Glossary

Words before the first term.

## Rank

The place of the right token
among all.

More about it.

Avoid: position, place.

## e

A vector.
`;

describe('a glossary', () => {
  test('is read: terms, what they mean, what else is said, words to avoid', () => {
    expect(parseGlossary(page).entries).toEqual([
      {
        term: 'Rank',
        summary: 'The place of the right token among all.',
        more: ['More about it.'],
        avoid: ['position', 'place'],
      },
      { term: 'e', summary: 'A vector.', more: [], avoid: [] },
    ]);
    expect(parseGlossary(page.replace(/\n/g, '\r\n')).entries).toEqual(parseGlossary(page).entries);
  });

  test('refuses a term that is not there, is there twice, or about which nothing is said', () => {
    expect(() => parseGlossary(page).entry('Loss')).toThrow('no term "Loss"');
    expect(() => parseGlossary(`${page}\n## e\n\nAnother.\n`)).toThrow('"e" twice');
    expect(() => parseGlossary(`${page}\n## Loss\n\nAvoid: cost.\n`)).toThrow('nothing about "Loss"');
  });

  test('has every term that the pages explain', () => {
    const glossary = parseGlossary(readFileSync(inRepository('docs/glossary.md'), 'utf8'));
    for (const term of usedTerms) expect(glossary.entry(term).summary.length).toBeGreaterThan(20);
  });

  test('is asked for no other term in a template, and for each of these somewhere', () => {
    const folder = inRepository('webview');
    const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    const sources = names
      .filter(name => name.endsWith('.ts') && !name.endsWith('used-terms.ts'))
      .map(name => readFileSync(join(folder, name), 'utf8'))
      .join('\n');
    const inTemplates = [...sources.matchAll(/\bterm="([^"$]+)"/g)].map(([, term]) => term);
    expect(inTemplates.length).toBeGreaterThan(5);
    for (const term of inTemplates) expect(usedTerms).toContain(term);
    expect(usedTerms.filter(term => !sources.includes(`'${term}'`) && !sources.includes(`"${term}"`))).toEqual([]);
  });
});

test('a paragraph falls into words, code, emphasis and links', () => {
  expect(runsOf('The `[e]×N` of *Exploring*, see [Table 1](https://arxiv.org/abs/2505.21189).')).toEqual([
    { text: 'The ' },
    { text: '[e]×N', code: true },
    { text: ' of ' },
    { text: 'Exploring', emphasis: true },
    { text: ', see ' },
    { text: 'Table 1', link: 'https://arxiv.org/abs/2505.21189' },
    { text: '.' },
  ]);
  expect(runsOf('Plain.')).toEqual([{ text: 'Plain.' }]);
});

test('headings are named as GitHub and VS Code name them', () => {
  expect(['Right, barely', 'e', 'Deflated (zlib) size', 'Proto-token'].map(anchorOf)).toEqual([
    'right-barely',
    'e',
    'deflated-zlib-size',
    'proto-token',
  ]);
});
