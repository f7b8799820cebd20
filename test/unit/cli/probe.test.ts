import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { output, run } from '../../support/command-line.ts';
import { temporaryFolder } from '../../support/paths.ts';
import { expectOneSentence } from '../../support/user-error.ts';

const cpu = ['--device', 'cpu'];
const reportSchema = z.object({
  tokens: z.number(),
  vectors: z.array(
    z.object({ proto: z.string(), norm: z.number(), byCosine: z.array(z.object({ text: z.string() })) }),
  ),
  embeddingNorms: z.object({ histogram: z.array(z.number()) }),
  attention: z.object({ layers: z.number(), heads: z.number(), mean: z.array(z.number()) }),
  continuations: z.array(z.object({ choice: z.string(), text: z.string() })),
});

test('shows what the vectors of a file hold', async () => {
  const proto = join(temporaryFolder(), 'a.proto');
  await output(['compress', '-', '--out', proto, '--budget', '20', ...cpu], 'The sea was');
  const args = ['probe', proto, '--tokens', '3', '--samples', '1', ...cpu];
  const report = reportSchema.parse(JSON.parse((await output([...args, '--json'])).toString()));
  expect(report.vectors.map(({ proto: kind, byCosine }) => [kind, byCosine.length])).toEqual([
    ['e', 8],
    ['m', 8],
  ]);
  expect(report.embeddingNorms.histogram.reduce((sum, count) => sum + count, 0)).toBe(4096);
  expect(report.attention.mean).toHaveLength(report.attention.layers * report.attention.heads);
  expect(report.continuations.map(({ choice }) => choice)).toEqual(['greedy', 'sampled']);
  const words = (await output(args)).toString();
  expect(words).toMatch(/e: norm \d+\.\d+, longer than/);
  expect(words).toMatch(/layer +head 0/);
  expect(words).toMatch(/after \(e, m\) and <\|endoftext\|>/);

  const { code, stderr } = await run(['probe', proto, '--index', '5', ...cpu]);
  expect(code).toBe(1);
  expectOneSentence(stderr.trim());
});
