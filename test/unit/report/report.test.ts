import { describe, expect, test } from 'vitest';
import { compressionReport, marginOf } from '../../../src/report/compression-report.ts';
import { type Report, termsOf } from '../../../src/report/document.ts';
import { reportFiles } from '../../../src/report/files.ts';
import { htmlOf } from '../../../src/report/html.ts';
import { markdownOf } from '../../../src/report/markdown.ts';
import { solutionsReport } from '../../../src/report/solutions-report.ts';
import { compressionFacts, glossary, inspection, oddText, solutionsFacts } from '../../support/reports.ts';

const reports: readonly (readonly [string, Report])[] = [
  ['a compression', compressionReport(compressionFacts)],
  ['solutions', solutionsReport(solutionsFacts)],
];

describe.each(reports)('a report of %s', (_, report) => {
  const html = htmlOf(report, glossary);

  test('is one file of HTML that loads nothing and runs nothing', () => {
    expect(html).not.toMatch(/<script|<link|<iframe|\bon\w+="|url\(|@import/);
    for (const [, address] of html.matchAll(/\bsrc="([^"]*)"/g))
      expect(address).toMatch(/^data:image\/svg\+xml;base64,/);
    expect(html).toContain("default-src 'none'");
    const ids = [...html.matchAll(/\bid="([^"]*)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, place] of html.matchAll(/href="#([^"]*)"/g)) expect(ids).toContain(place);
  });

  test('says at its end what its words mean, and links to it from where they stand', () => {
    const markdown = markdownOf(report, glossary);
    expect(termsOf(report)).toEqual(expect.arrayContaining(['Seed', 'Accuracy', 'Fingerprint', 'Evaluation']));
    for (const term of termsOf(report)) {
      expect(markdown).toContain(`\n### ${term}\n\n${glossary.entry(term).summary}`);
      expect(html).toContain(`<dt>${term}</dt>`);
    }
  });

  test('has its pictures beside the Markdown, with the same picture in words', () => {
    const files = new Map(
      reportFiles(report, glossary).map(({ file, bytes }) => [file, Buffer.from(bytes).toString()]),
    );
    const pictures = [...(files.get('report.md') ?? '').matchAll(/!\[(.*)\]\((.*)\)/g)];
    expect(pictures.length).toBeGreaterThan(1);
    for (const [, words, file] of pictures) {
      expect(words?.length).toBeGreaterThan(20);
      // For a light page, and for a dark one.
      expect(files.get(file ?? '')).toMatch(/^<svg .*prefers-color-scheme:dark/s);
    }
    expect([...files.keys()].slice(-2)).toEqual(['report.md', 'report.html']);
  });

  test('tells whom to cite', () => {
    expect(markdownOf(report, glossary)).toMatch(/@misc\{mezentsev2025exploring,[^`]*eprint *= \{2505\.21189\}/);
  });
});

describe('a report of a compression', () => {
  const report = compressionReport(compressionFacts);
  const lines = markdownOf(report, glossary).split('\n');

  test('tells of every token: target, prediction, nll, probability, rank, margin', () => {
    expect(lines).toContain('| 1 | right | `"a\\|b"` |  | 1.250 | 28.7 % | 1 | 1.250 |');
    expect(lines).toContain('| 2 | WRONG | `" <i>"` | `"not  <i>"` | 1.250 | 28.7 % | 2 | -0.750 |');
    expect(lines).toContain('| 3 | right | `` "`x`*" `` |  | 1.250 | 28.7 % | 1 | 1.250 |');
    expect(lines).toContain('| 4 | right | `"\\n\\"&"` |  | 1.250 | 28.7 % | 1 | 1.250 |');
    expect(htmlOf(report, glossary)).toContain('<code>&#34; &#60;i&#62;&#34;</code>');
  });

  test('tells what the file says, and what the list of jobs knows', () => {
    for (const line of [
      '| [Accuracy](#accuracy) | 75.0 % (3 of 4 tokens) |',
      '| [Loss](#loss) | 1.25 nats per token |',
      '| [Corrections](#correction) | 1 |',
      '| [Evaluations in all](#evaluation) | 2,345 |',
      '| [Seed](#seed) | 3 |',
      '| [Evaluations of each segment](#evaluation) | 1,234 |',
      '| [Storage type](#storage-type) | F16 |',
      '| File | 800 bytes |',
      'npm run -s cli -- compress odd.txt',
      '- It was made from the text alone.',
    ])
      expect(lines).toContain(line);
    expect(lines.join('\n')).toContain(`\`\`\`text\n${oddText}\n\`\`\``);
    expect(lines.join('\n')).toContain('(training.svg)');
  });

  test('does without the model, and says why there are no tokens', () => {
    const contents = 'odd.tokens.proto was made with another model.';
    const markdown = markdownOf(compressionReport({ ...compressionFacts, contents, run: null }), glossary);
    expect(markdown).toContain(contents);
    expect(markdown).not.toContain('tokens.svg');
    expect(markdown).not.toContain('training.svg');
    expect(markdown).toContain(inspection.model.fingerprint);
  });

  test('reckons no margin of a token whose rivals are not known', () => {
    const { tokens } = typeof compressionFacts.contents === 'string' ? { tokens: [] } : compressionFacts.contents;
    const [first] = tokens;
    if (!first) throw new Error('the fixture has no token');
    expect(marginOf({ ...first, top: [] })).toBeNull();
  });
});

describe('a report of solutions', () => {
  const markdown = markdownOf(solutionsReport(solutionsFacts), glossary);

  test('tells of distances, curves, solutions and texts', () => {
    for (const line of [
      '| the same text | 2 | 0.8123 | 0.8100 to 0.8200 | 0.8000 | 0.9500 |',
      '| sea.txt, seeds 0 and 1 | 40.0 % | 100 % | 80.0 % | 100 % | 1.04 | 50 |',
      '| 4 | home.txt | 1 | 43 | 5 of 5 |',
      '| Revision | `abc123` |',
      'I will go home now.',
    ])
      expect(markdown.split('\n')).toContain(line);
    expect(markdown).toContain('1 solution got too few tokens right');
    expect(markdown).toContain('(distances.svg)');
    expect(markdown).toContain('(paths.svg)');
  });

  test('says why there is nothing to compare', () => {
    const distances = 'Only 1 of 2 solutions are good enough to be compared.';
    const alone = markdownOf(solutionsReport({ ...solutionsFacts, distances, paths: null }), glossary);
    expect(alone).toContain(distances);
    expect(alone).not.toMatch(/distances\.svg|paths\.svg/);
  });
});
