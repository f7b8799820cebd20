import { expect, test } from 'vitest';
import { z } from 'zod';
import { output, run } from '../../support/command-line.ts';
import { expectOneSentence } from '../../support/user-error.ts';

const schema = z.object({
  tokens: z.number(),
  nats: z.number(),
  beginningToken: z.string().nullable(),
  perToken: z.array(z.object({ text: z.string(), nll: z.number() })),
});

test('tells the surprisal of every token of a text, and their sum', async () => {
  const text = 'The sea was calm that night.';
  const args = ['surprisal', '-', '--device', 'cpu'];
  const report = schema.parse(JSON.parse((await output([...args, '--json'], text)).toString()));
  expect(report.perToken.map(token => token.text).join('')).toBe(text);
  expect(report.tokens).toBe(report.perToken.length);
  expect(report.perToken.reduce((sum, { nll }) => sum + nll, 0)).toBeCloseTo(report.nats, 4);
  const words = (await output(args, text)).toString();
  expect(words).toContain(`${report.nats.toFixed(3)} nats (${(report.nats / Math.LN2).toFixed(3)} bits) in all`);
  expect(words).toContain('<|endoftext|> before the first token');

  const empty = await run(args);
  expect(empty.code).toBe(1);
  expectOneSentence(empty.stderr.trim());
});
