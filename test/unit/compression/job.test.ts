import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CompressionJob, type JobSnapshot, type SettledSegment } from '../../../src/runtime/compression/job.ts';
import { type CompressionChoices, compressionOptions } from '../../../src/runtime/compression/options.ts';
import { decodeOneStep } from '../../../src/runtime/decoding/one-step.ts';
import { type Model, openModel } from '../../../src/runtime/models/model.ts';
import type { JobProgress } from '../../../src/runtime/results/compression.ts';
import { layoutOf } from '../../../src/runtime/training/arrangement.ts';
import { Evaluator } from '../../../src/runtime/training/evaluator.ts';
import { Sessions } from '../../../src/runtime/training/sessions.ts';
import { plainSpreads } from '../../../src/runtime/training/start.ts';
import { fixtureModel } from '../../support/paths.ts';

const sessions = new Sessions({ device: 'cpu', packWeights: true });
let model: Model;
beforeAll(async () => {
  model = await openModel(fixtureModel('neox-parallel-f32'));
});
afterAll(() => sessions.dispose());

/** Tokens without any sense to this model: two of them are easy, eight are not. */
const meaningless = (length: number): Int32Array => Int32Array.from({ length }, (_, i) => (37 * i * i + 11) % 97);
const tokens = meaningless(19);

function jobOf(choices: CompressionChoices, restored?: JobSnapshot, text = tokens): CompressionJob {
  const options = compressionOptions.parse(choices);
  const evaluator = new Evaluator(model, sessions);
  const start = restored && ({ kind: 'snapshot', snapshot: restored } as const);
  return new CompressionJob(text, { width: model.config.hiddenSize, spreads: plainSpreads }, options, evaluator, start);
}

async function runOf(job: CompressionJob): Promise<JobProgress[]> {
  const records: JobProgress[] = [];
  for await (const record of job.run()) records.push(record);
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
    const job = jobOf({ segmentLength: 10, steps: 40 });
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
    const job = jobOf({ segmentLength: text.length, steps }, undefined, text);
    let spent = 0;
    for await (const { evaluations, segments } of job.run()) {
      if (!spent && segments.length > 1) spent = evaluations;
    }
    expect(spent).toBeGreaterThan(0);
    expect(spent).toBeLessThan(steps / 2);
    const segments = job.result();
    await expectHonest(segments, text);
    for (const { length, outcome } of segments) if (outcome?.correct !== length) expect(length).toBeLessThan(4);
  });

  test('keeps every segment at its best when it is stopped', async () => {
    const job = jobOf({ segmentLength: 6, steps: 1000 });
    let best = 0;
    for await (const { evaluations, correct } of job.run()) {
      best = correct;
      if (evaluations > 60) break;
    }
    const segments = job.result();
    await expectHonest(segments);
    expect(segments.reduce((sum, { outcome }) => sum + (outcome?.correct ?? 0), 0)).toBe(best);
  });

  test.each([false, true])('goes on from a snapshot exactly as it would have (shared m: %s)', async sharedM => {
    const choices = { segmentLength: 5, steps: 12, sharedM };
    const whole = jobOf(choices);
    await runOf(whole);
    const interrupted = jobOf(choices);
    for await (const { evaluations } of interrupted.run()) if (evaluations > 70) break;
    const resumed = jobOf(choices, structuredClone(interrupted.snapshot()));
    await runOf(resumed);
    expect(resumed.snapshot().evaluations).toBe(whole.snapshot().evaluations);
    expect(resumed.result()).toEqual(whole.result());
  });

  test('finds one m for all segments, and keeps it while their halves are tried', async () => {
    const job = jobOf({ segmentLength: 5, steps: 25, sharedM: true });
    await runOf(job);
    const segments = job.result();
    await expectHonest(segments);
    expect(segments.length).toBeGreaterThan(4);
    for (const { m } of segments) expect(m).toEqual(segments[0]?.m);
    expect(new Set(segments.map(({ e }) => e.join())).size).toBe(segments.length);
  });

  test('gives each segment its own m where none is shared', async () => {
    const job = jobOf({ segmentLength: 5, steps: 3 });
    await runOf(job);
    const segments = job.result();
    expect(new Set(segments.map(({ m }) => m.join())).size).toBe(segments.length);
  });
});
