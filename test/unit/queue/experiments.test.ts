import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runQueued } from '../../../src/cli/queue/producer.ts';
import { serveQueue } from '../../../src/cli/queue/worker.ts';
import { outcomeSchema } from '../../../src/runtime/experiments/cell.ts';
import { CellComputer } from '../../../src/runtime/experiments/cell-computer.ts';
import { experimentOf } from '../../../src/runtime/experiments/index.ts';
import { runExperiment } from '../../../src/runtime/experiments/run.ts';
import type { Shard } from '../../../src/runtime/experiments/shard.ts';
import { Planner } from '../../../src/runtime/experiments/wanted.ts';
import { type Model, openModel } from '../../../src/runtime/models/model.ts';
import { Sessions } from '../../../src/runtime/training/sessions.ts';
import { Records } from '../../../src/runtime/work/records.ts';
import { fixtureModel, temporaryFolder } from '../../support/paths.ts';
import { linesOf } from '../../support/records.ts';
import { hasRedis, TestRedis, whyNoRedis } from '../../support/redis.ts';

const texts = ['The sea was calm that night.', 'He opened the door and went in.', 'I will go home now, she said.'];
/** Later stages of these are planned from what comes back, or their cells are more than a training. */
const cases = [
  ['connectivity', { length: 2, texts: 2, seeds: 3, steps: 30, points: 5, budget: 60 }],
  ['horizon', { texts: 3, longest: 4, budget: 40 }],
  ['capacity', { lengths: [1, 2, 4], texts: 3, budget: 6, shared: ['none', 'm'] }],
  ['distances', { contexts: 2, continuations: 2, context: 2, length: 1, budget: 40 }],
  ['throughput', { lengths: [2], texts: 2, repetitions: 2, budget: 6 }],
] as const;

describe('the cells of an experiment', () => {
  const sessions = new Sessions({ device: 'cpu', prepareWeights: true });
  let model: Model;
  beforeAll(async () => {
    model = await openModel(fixtureModel('llama-tied-bf16'));
  });
  afterAll(() => sessions.dispose());

  /** The records of an experiment that has been computed here. */
  async function computed(
    name: string,
    settings: object,
    shard?: Shard,
    path = join(temporaryFolder(), 'cells.jsonl'),
  ) {
    const experiment = experimentOf(name).choose('quick', { ...settings });
    const common = { cancelled: () => false, onProgress: () => undefined };
    await runExperiment({ ...common, experiment, model, sessions, texts, records: path, shard });
    return path;
  }

  test.each(cases)('%s are those of one run when they are computed in shards', async (name, settings) => {
    const expected = linesOf(await computed(name, settings));
    const shards = [1, 2].map(index => computed(name, settings, { index, count: 2 }));
    expect((await Promise.all(shards)).flatMap(linesOf).filter(Boolean).sort()).toEqual(expected);
  });

  test.skipIf(!hasRedis).each(cases)(
    `%s are those of one run when a queue has them${whyNoRedis}`,
    async (name, settings) => {
      const redis = await TestRedis.start();
      const stop = new AbortController();
      const computer = new CellComputer();
      const worker = serveQueue({
        ...{ url: redis.url, lostAfterSeconds: 30, signal: stop.signal, say: () => undefined },
        compute: ({ tokens, cells }, signal) =>
          computer.compute({
            ...{ model, sessions, tokens, cells: cells.map(({ cell }) => cell), cancelled: () => signal.aborted },
          }),
      });
      const experiment = experimentOf(name).choose('quick', { ...settings });
      const path = join(temporaryFolder(), 'cells.jsonl');
      const planner = new Planner();
      if (experiment.continuations) await computed(name, settings, { index: 1, count: 1000 }, path);
      await runQueued({
        ...{ url: redis.url, model: { folder: '', id: 'tiny', fingerprint: model.fingerprint }, software: '0' },
        ...{ signal: new AbortController().signal, onProgress: () => undefined, say: () => undefined },
        wanted: () => planner.wanted({ experiment, model, texts, records: path }),
        records: () => Records.open(path, outcomeSchema, 'record of an experiment'),
      });
      stop.abort();
      await worker;
      expect(linesOf(path)).toEqual(linesOf(await computed(name, settings)));
    },
  );
});
