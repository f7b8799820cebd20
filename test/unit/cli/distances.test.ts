import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { z } from 'zod';
import { readSolutions, writeSolutions } from '../../../src/runtime/files/solutions-file.ts';
import { normalNumbers } from '../../../src/runtime/training/random.ts';
import { output, run } from '../../support/command-line.ts';
import { temporaryFolder } from '../../support/paths.ts';
import { expectOneSentence } from '../../support/user-error.ts';

const cpu = ['--device', 'cpu'];
const reportSchema = z.object({
  solutions: z.array(z.object({ text: z.number(), index: z.number() })),
  distances: z.array(z.array(z.number())),
  order: z.array(z.number()),
  groups: z.array(
    z.object({ kind: z.string(), pairs: z.number(), median: z.number(), least: z.number(), greatest: z.number() }),
  ),
  overlaps: z.array(z.object({ coefficient: z.number() })),
  textPairs: z.array(z.object({ textDistance: z.number() })),
});

/** Moves the solutions of each text of a file to a place of its own. How near they lie is up to the model otherwise. */
function gather(file: string): void {
  const set = readSolutions(readFileSync(file), file);
  const moved = (vector: Float32Array, ...seed: number[]): Float32Array => {
    const place = normalNumbers(vector.length, seed);
    return vector.map((value, i) => value + 3 * (place[i] ?? 0));
  };
  const solutions = set.solutions.map(({ text, e, m, ...rest }) => ({
    ...rest,
    text,
    correct: rest.tokens,
    e: moved(e, text, 0),
    m: moved(m, text, 1),
  }));
  writeFileSync(file, writeSolutions({ ...set, solutions }));
}

test('solutions of one text lie closer than those of different ones, by every measure', async () => {
  const folder = temporaryFolder();
  const texts = { 'a.txt': 'The sea was calm.', 'b.txt': 'He had a red coat.', 'c.txt': 'I will go home now.' };
  for (const [name, text] of Object.entries(texts)) writeFileSync(join(folder, name), text);
  const out = join(folder, 'x.solutions.json');
  const names = Object.keys(texts).map(name => join(folder, name));
  await output(['solutions', ...names, '--seeds', '4', '--budget', '2', '--out', out, ...cpu]);
  gather(out);

  for (const options of [[], ['--over', 'e'], ['--over', 'm', '--measure', 'euclidean', '--order', 'clusters']]) {
    const report = reportSchema.parse(
      JSON.parse((await output(['distances', out, ...options, '--json', ...cpu])).toString()),
    );
    expect(report.solutions).toHaveLength(12);
    expect(report.distances.map(row => row.length)).toEqual(report.solutions.map(() => 12));
    expect([...report.order].sort((a, b) => a - b)).toEqual(report.solutions.map((_, i) => i));
    expect(report.groups.map(({ kind, pairs }) => [kind, pairs])).toEqual([
      ['same-text', 18],
      ['different-context', 48],
    ]);
    const [same, different] = report.groups;
    expect(same?.greatest).toBeLessThan(different?.least ?? 0);
    for (const { least, median, greatest } of report.groups) {
      expect(least).toBeLessThan(median);
      expect(median).toBeLessThan(greatest);
    }
    expect(report.textPairs).toHaveLength(3);
  }

  vi.stubEnv('HF_HUB_CACHE', join(folder, 'empty'));
  onTestFinished(() => void vi.unstubAllEnvs());
  const words = (await output(['distances', out, ...cpu])).toString();
  expect(words).toMatch(/cosine distances over e and m between 12 solutions of 3 texts, 0 left out/);
  expect(words).toMatch(/same-text +18 /);
  expect(words).toMatch(/2 b\.txt/);
  expect(words).toContain('The option "--semantic fetch" downloads it.');

  const worse = join(folder, 'worse.solutions.json');
  const set = readSolutions(readFileSync(out), out);
  const solutions = set.solutions.map((solution, i) => (i === 3 ? { ...solution, correct: 0 } : solution));
  writeFileSync(worse, writeSolutions({ ...set, solutions }));
  const rest = reportSchema.parse(JSON.parse((await output(['distances', worse, '--json', ...cpu])).toString()));
  expect(rest.solutions.map(({ index }) => index)).toEqual([0, 1, 2, 4, 5, 6, 7, 8, 9, 10, 11]);

  const few = await run(['distances', out, '--minimum-accuracy', '2', ...cpu]);
  expect(few.code).toBe(1);
  expectOneSentence(few.stderr.trim());
});
