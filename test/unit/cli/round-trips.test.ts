import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { openModel } from '../../../src/runtime/models/model.ts';
import { arrangementNames } from '../../../src/runtime/training/arrangement.ts';
import { output } from '../../support/command-line.ts';
import { fixtureModel, temporaryFolder } from '../../support/paths.ts';

const cpu = ['--device', 'cpu'];
const smallModel = fixtureModel('llama-tied-bf16');
/** For what does not depend on the model: one that is loaded and trained in no time. */
const small = ['--model', smallModel];
const sentence = 'The sea was calm.';
/** Too few tokens of the small model to be split. */
const short = 'sea';
/** What editors, shells and transfers like to change: nothing of it may be. */
const odd = '\ufeffNaïve e\u0301 👩‍👩‍👧 \r\n\0 中文\r\n\tend\r';

const count = z.number().int().nonnegative();
const summarySchema = z.object({
  out: z.string(),
  tokens: count,
  segments: count,
  keptSegments: count.nullable(),
  accuracy: z.number(),
  corrections: count,
  steps: z.array(count),
  seconds: z.number().positive(),
  sizes: z.object({
    file: count,
    vectors: count,
    corrections: count,
    patches: count,
    header: count,
    text: count,
    deflated: count,
  }),
});

/** The one JSON object that stands on stdout. */
function oneObject<T>(schema: z.ZodType<T>, stdout: Buffer): T {
  const text = stdout.toString();
  expect(text).toMatch(/^\{.*\}\n$/);
  return schema.parse(JSON.parse(text));
}

interface RoundTrip {
  readonly summary: z.output<typeof summarySchema>;
  readonly proto: string;
}

/** Compresses a text from a file, decodes it, and finds the very bytes again. */
async function roundTrip(text: string, options: readonly string[], model: readonly string[] = []): Promise<RoundTrip> {
  const path = join(temporaryFolder(), 'text.txt');
  writeFileSync(path, text);
  const summary = oneObject(summarySchema, await output(['compress', path, ...model, ...cpu, '--json', ...options]));
  const proto = `${path}.tokens.proto`;
  expect(summary.out).toBe(proto);
  expect(summary.sizes.file).toBe(readFileSync(proto).length);
  expect(summary.sizes.text).toBe(Buffer.byteLength(text));
  expect((await output(['decode', proto, ...model, ...cpu])).equals(Buffer.from(text))).toBe(true);
  return { summary, proto };
}

describe('the command line gives the exact text back', () => {
  test('of a file', async () => {
    const { summary } = await roundTrip(sentence, []);
    expect(summary).toMatchObject({ tokens: 5, segments: 1, accuracy: 1, corrections: 0 });
    expect(summary.steps).toHaveLength(1);
  });

  test('of standard input, and speaks to people without --json', async () => {
    const out = join(temporaryFolder(), 'out.tokens.proto');
    const words = await output(['compress', '-', '--out', out, ...cpu], sentence);
    expect(words.toString()).toMatch(/5 tokens in 1 segment, 100 % right in one forward pass, 0 corrections/);
    expect(words.toString()).toContain(out);
    expect((await output(['decode', out, ...cpu])).toString()).toBe(sentence);
  });

  test.each(arrangementNames)('in the arrangement %s', async arrangement => {
    const { summary, proto } = await roundTrip(short, ['--arrangement', arrangement, '--budget', '25'], small);
    expect(summary).toMatchObject({ tokens: 3, segments: 1 });
    expect((await output(['inspect', proto])).toString()).toContain(`arrangement ${arrangement}`);
  });

  test('by the recipe of the paper, in a few steps, with corrections', async () => {
    const { summary } = await roundTrip(sentence, ['--recipe', 'paper', '--budget', '4', '--seed', '7']);
    expect(summary.corrections).toBeGreaterThan(0);
    expect(summary.sizes.corrections).toBeGreaterThan(0);
    // It was split, and each part had its steps.
    expect(summary.steps.every(steps => steps <= 4)).toBe(true);
  });

  test('of bytes that others change: a byte order mark, CRLF, NUL, combining marks, emoji', async () => {
    const { summary } = await roundTrip(odd, ['--budget', '5']);
    expect(summary.tokens).toBeGreaterThan(20);
  });

  test('of a text that was edited, from the vectors of before', async () => {
    const text = 'The lamp burned all night. The sea was calm. Nobody came.';
    const { proto } = await roundTrip(text, ['--segment-length', '8']);
    const edited = text.replace('Nobody', 'A boat');
    const { summary } = await roundTrip(edited, ['--segment-length', '8', '--from', proto]);
    expect(summary.accuracy).toBe(1);
    // What was not edited is looked at once.
    expect(summary.steps).toContain(1);
    expect(summary.keptSegments).toBe(summary.segments - 1);
  });

  test('in segments with one m, stored as asked', async () => {
    const options = ['--segment-length', '4', '--shared-m', '--storage', 'F32', '--budget', '30'];
    const { summary, proto } = await roundTrip('one m for all', options, small);
    expect(summary.segments).toBeGreaterThan(1);
    const { hiddenSize } = (await openModel(smallModel)).config;
    expect(summary.sizes.vectors).toBe((summary.segments + 1) * hiddenSize * 4);
    expect((await output(['inspect', proto])).toString()).toMatch(/F32.*one m for all segments/);
  });
});

test('the same seed writes the same vectors, another one others', async () => {
  const folder = temporaryFolder();
  const vectors = async (name: string, seed: string): Promise<string> => {
    const out = join(folder, name);
    await output(['compress', '-', '--out', out, '--seed', seed, '--budget', '5', ...small, ...cpu], short);
    return readFileSync(out).toString('hex');
  };
  const first = await vectors('a.proto', '3');
  expect(await vectors('b.proto', '3')).toBe(first);
  expect(await vectors('c.proto', '4')).not.toBe(first);
});

const evaluationSchema = z.object({
  tokens: count,
  correct: count,
  accuracy: z.number(),
  nll: z.number(),
  perToken: z.array(
    z.object({
      target: count,
      targetText: z.string(),
      predicted: count,
      predictedText: z.string(),
      nll: z.number(),
      rank: z.number().int().min(1),
      start: count,
      end: count,
    }),
  ),
});

test('evaluate shows every token, inspect what the file is', async () => {
  const { summary, proto } = await roundTrip(sentence, []);
  const own = oneObject(evaluationSchema, await output(['evaluate', proto, ...cpu, '--json']));
  expect(own).toMatchObject({ tokens: 5, correct: 5, accuracy: 1 });
  expect(own.perToken.map(({ start, end }) => sentence.slice(start, end)).join('')).toBe(sentence);
  for (const { target, predicted, targetText, rank, start, end } of own.perToken) {
    expect(predicted).toBe(target);
    expect(rank).toBe(1);
    expect(targetText).toBe(sentence.slice(start, end));
  }
  expect(own.perToken.reduce((sum, { nll }) => sum + nll, 0)).toBeCloseTo(own.nll, 4);

  const other = join(temporaryFolder(), 'other.txt');
  writeFileSync(other, 'The sea was wild.');
  const changed = oneObject(evaluationSchema, await output(['evaluate', proto, '--text', other, ...cpu, '--json']));
  expect(changed.perToken.map(({ predicted }) => predicted)).toEqual(own.perToken.map(({ predicted }) => predicted));
  expect(changed.correct).toBeLessThan(5);
  for (const { target, predicted, rank } of changed.perToken) expect(rank === 1).toBe(target === predicted);
  expect((await output(['evaluate', proto, '--text', other, ...cpu])).toString()).toMatch(/WRONG .*" calm"/);

  // Of one segment nothing is shared, as its report says, too.
  const words = (await output(['inspect', proto])).toString();
  expect(words).toMatch(/^vectors .*, one e and one m$/m);
  expect(words).toMatch(
    /^file size +[\d,]+ bytes: vectors [\d,]+ bytes, corrections 0 bytes, patches 0 bytes, header /m,
  );

  const inspected = JSON.parse((await output(['inspect', proto, '--json'])).toString());
  expect(inspected).toMatchObject({
    model: { id: 'demo-model', architecture: 'llama' },
    tokens: 5,
    segmentLengths: [5],
    corrections: 0,
    accuracy: 1,
    training: { recipe: 'lbfgs', seed: 0, device: 'cpu' },
    sizes: summary.sizes,
  });
});
