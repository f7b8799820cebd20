import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CompressionJob, type SettledSegment } from '../../../src/runtime/compression/job.ts';
import { type CompressionChoices, compressionOptions } from '../../../src/runtime/compression/options.ts';
import { decodeOneStep } from '../../../src/runtime/decoding/one-step.ts';
import { parseSafetensors } from '../../../src/runtime/files/safetensors.ts';
import { type Model, openModel } from '../../../src/runtime/models/model.ts';
import type { JobProgress } from '../../../src/runtime/results/compression.ts';
import { layoutOf } from '../../../src/runtime/training/arrangement.ts';
import { Evaluator } from '../../../src/runtime/training/evaluator.ts';
import { Sessions } from '../../../src/runtime/training/sessions.ts';
import { plainSpreads } from '../../../src/runtime/training/start.ts';
import { Gate } from '../../support/gate.ts';
import { fixtureModel, temporaryFolder } from '../../support/paths.ts';
import { ToyOracle } from '../../support/toy-oracle.ts';

const sessions = new Sessions({ device: 'cpu', prepareWeights: true });
let model: Model;
beforeAll(async () => {
  model = await openModel(fixtureModel('neox-parallel-f32'));
});
afterAll(() => sessions.dispose());

/** Tokens without any sense to this model: two of them are easy, eight are not. */
const meaningless = (length: number): Int32Array => Int32Array.from({ length }, (_, i) => (37 * i * i + 11) % 97);
const tokens = meaningless(19);

function jobOf(choices: CompressionChoices, text = tokens, checkpoint?: string): Promise<CompressionJob> {
  const options = compressionOptions.parse(choices);
  const { fingerprint, config } = model;
  return CompressionJob.open(
    {
      fingerprint,
      tokens: text,
      width: config.hiddenSize,
      spreads: plainSpreads,
      options,
      oracle: new Evaluator(model, sessions),
    },
    { checkpoint },
  );
}

/** Trains until it is over, or a record says that it is enough. */
async function runOf(job: CompressionJob, enough: (record: JobProgress) => boolean = () => false) {
  const records: JobProgress[] = [];
  const cancelled = (): boolean => records.slice(-1).some(enough);
  await job.run(cancelled, record => records.push(record));
  return records;
}

/** Segments must cover the text in order, and each must emit as many right tokens as it says. */
async function expectHonest(segments: readonly SettledSegment[], text = tokens): Promise<void> {
  let end = 0;
  for (const { start, length } of segments) {
    expect(start).toBe(end);
    end += length;
  }
  expect(end).toBe(text.length);
  const placed = segments.map(({ e, m, length }) => ({
    protoTokens: [e, m],
    layout: layoutOf('e-m-repeated', length),
  }));
  for (const [i, emitted] of (await decodeOneStep(model, sessions, placed)).entries()) {
    const start = segments[i]?.start ?? 0;
    const correct = emitted.filter((token, t) => token === text[start + t]).length;
    expect(segments[i]?.outcome?.correct).toBe(correct);
  }
}

describe('a job', () => {
  test('splits what does not come out right in its budget, and tries the halves, until all is right', async () => {
    const job = await jobOf({ segmentLength: 10, budget: 40 });
    const records = await runOf(job);
    const segments = job.result();
    await expectHonest(segments);
    expect(records[0]?.segments).toHaveLength(2);
    expect(segments.length).toBeGreaterThan(2);
    for (const { length, outcome, steps } of segments) {
      expect(steps).toBeLessThanOrEqual(40);
      // What is left wrong was too short to be split.
      if (outcome?.correct !== length) expect(length).toBeLessThan(4);
    }
    expect(segments.filter(({ length, outcome }) => outcome?.correct === length).length).toBeGreaterThan(2);
    for (const [i, record] of records.entries()) {
      expect(record.evaluations).toBeGreaterThan(records[i - 1]?.evaluations ?? 0);
      expect(record.segments.reduce((sum, { length }) => sum + length, 0)).toBe(tokens.length);
    }
  });

  test('splits a segment long before its budget is spent when it is hopeless, and still gets its parts right', async () => {
    const steps = 1500;
    const text = meaningless(60);
    const job = await jobOf({ segmentLength: text.length, budget: steps }, text);
    const records = await runOf(job);
    const spent = records.find(({ segments }) => segments.length > 1)?.evaluations;
    expect(spent).toBeGreaterThan(0);
    expect(spent).toBeLessThan(steps / 2);
    const segments = job.result();
    await expectHonest(segments, text);
    for (const { length, outcome } of segments) if (outcome?.correct !== length) expect(length).toBeLessThan(4);
  });

  test('keeps every segment at its best when it is stopped', async () => {
    const job = await jobOf({ segmentLength: 6, budget: 1000 });
    const records = await runOf(job, ({ correct }) => correct > 5);
    const segments = job.result();
    await expectHonest(segments);
    const correct = segments.reduce((sum, { outcome }) => sum + (outcome?.correct ?? 0), 0);
    expect(correct).toBe(records.at(-1)?.correct);
    expect(correct).toBeLessThan(tokens.length);
  });

  test.each([false, true])('goes on from its checkpoint exactly as it would have (shared m: %s)', async sharedM => {
    const choices = { segmentLength: 5, budget: 12, sharedM };
    const whole = await jobOf(choices);
    await runOf(whole);
    const checkpoint = join(temporaryFolder(), 'job.checkpoint');
    await runOf(await jobOf(choices, tokens, checkpoint), ({ evaluations }) => evaluations > 70);
    const resumed = await jobOf(choices, tokens, checkpoint);
    expect(resumed.evaluations).toBeGreaterThan(70);
    await runOf(resumed);
    expect(resumed.evaluations).toBe(whole.evaluations);
    expect(resumed.result()).toEqual(whole.result());
  });

  test('of a long text has solvers for what is in training alone, and their number does not grow with the text', async () => {
    const long = meaningless(13_440);
    const begun = async (text: Int32Array): Promise<{ solvers: number; segments: number }> => {
      const checkpoint = join(temporaryFolder(), 'job.checkpoint');
      const context = { fingerprint: 'toy', tokens: text, width: 8, spreads: plainSpreads };
      const options = compressionOptions.parse({});
      const oracle = new Gate(new ToyOracle(512), 0);
      const job = await CompressionJob.open({ ...context, options, oracle }, { checkpoint });
      expect(
        await job.run(
          () => oracle.asked.length > 0,
          () => undefined,
        ),
      ).toBe(true);
      const { tensors } = parseSafetensors(readFileSync(checkpoint), checkpoint);
      const solvers = [...tensors.keys()].filter(name => name.endsWith('solver.vectors.point')).length;
      return { solvers, segments: job.result().length };
    };
    expect(await begun(long)).toEqual({ solvers: 8, segments: 210 });
    expect(await begun(long.slice(0, 1024))).toEqual({ solvers: 8, segments: 16 });
  });

  test('finds one m for all segments, and keeps it while their halves are tried', async () => {
    const job = await jobOf({ segmentLength: 5, budget: 25, sharedM: true });
    await runOf(job);
    const segments = job.result();
    await expectHonest(segments);
    expect(segments.length).toBeGreaterThan(4);
    for (const { m } of segments) expect(m).toEqual(segments[0]?.m);
    expect(new Set(segments.map(({ e }) => e.join())).size).toBe(segments.length);
  });

  test('gives each segment its own m where none is shared', async () => {
    const job = await jobOf({ segmentLength: 5, budget: 3 });
    await runOf(job);
    const segments = job.result();
    expect(new Set(segments.map(({ m }) => m.join())).size).toBe(segments.length);
  });
});
