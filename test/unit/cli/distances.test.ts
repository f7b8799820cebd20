import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { output, run } from '../../support/command-line.ts';
import { temporaryFolder } from '../../support/paths.ts';
import { expectOneSentence } from '../../support/user-error.ts';

const cpu = ['--device', 'cpu'];
const reportSchema = z.object({
  solutions: z.array(z.object({ text: z.number() })),
  distances: z.array(z.array(z.number())),
  order: z.array(z.number()),
  groups: z.array(z.object({ kind: z.string(), pairs: z.number(), median: z.number() })),
  overlaps: z.array(z.object({ coefficient: z.number() })),
  textPairs: z.array(z.object({ textDistance: z.number() })),
});

test('solutions of one text lie closer than those of different ones, by every measure', async () => {
  const folder = temporaryFolder();
  const texts = { 'a.txt': 'The sea was calm.', 'b.txt': 'He had a red coat.', 'c.txt': 'I will go home now.' };
  for (const [name, text] of Object.entries(texts)) writeFileSync(join(folder, name), text);
  const out = join(folder, 'x.solutions.json');
  const names = Object.keys(texts).map(name => join(folder, name));
  await output(['solutions', ...names, '--seeds', '4', '--out', out, ...cpu]);

  for (const options of [[], ['--over', 'e'], ['--over', 'm', '--measure', 'euclidean', '--order', 'clusters']]) {
    const report = reportSchema.parse(
      JSON.parse((await output(['distances', out, ...options, '--json', ...cpu])).toString()),
    );
    expect(report.solutions).toHaveLength(12);
    expect(report.distances.map(row => row.length)).toEqual(report.solutions.map(() => 12));
    expect([...report.order].sort((a, b) => a - b)).toEqual(report.solutions.map((_, i) => i));
    const median = Object.fromEntries(report.groups.map(group => [group.kind, group.median]));
    expect(report.groups.map(({ pairs }) => pairs)).toEqual([18, 48]);
    expect(median['same-text']).toBeLessThan(median['different-context'] ?? 0);
    expect(report.textPairs).toHaveLength(3);
  }

  const words = (await output(['distances', out, ...cpu])).toString();
  expect(words).toMatch(/cosine distances over e and m between 12 solutions of 3 texts, 0 left out/);
  expect(words).toMatch(/same-text +18 /);
  expect(words).toMatch(/2 b\.txt/);

  const few = await run(['distances', out, '--minimum-accuracy', '2', ...cpu]);
  expect(few.code).toBe(1);
  expectOneSentence(few.stderr.trim());
});
