import { expect, onTestFinished, test } from 'vitest';
import type { ExplainedToken } from '../../../src/runtime/results/tokens.ts';
import { explainTokens } from '../../../src/views/jobs/explaining.ts';
import { Job, type JobEngine } from '../../../src/views/jobs/job.ts';
import { scoresOf } from '../../../src/views/panel/token-detail.ts';
import { progress, request, resultOf, StandInEngine } from './support/stand-in-engine.ts';

/** A token whose likeliest candidates have these nlls, by their ids. */
const token = (target: number, rank: number, nll: number, top: Readonly<Record<number, number>>): ExplainedToken => ({
  target,
  targetText: '',
  predicted: 0,
  predictedText: '',
  nll,
  rank,
  top: Object.entries(top).map(([id, likely]) => ({ id: Number(id), text: '', nll: likely })),
});

test('a margin is how much likelier the right token is than the next one, in nats', () => {
  const { rank, margin } = scoresOf([
    token(1, 1, 0.5, { 1: 0.5, 2: 2.5, 3: 4 }),
    token(2, 2, 2.5, { 1: 0.5, 2: 2.5, 3: 4 }),
    // Not among the likeliest.
    token(9, 40, 7.5, { 1: 0.5, 2: 2.5, 3: 4 }),
    undefined,
  ]);
  expect([...rank]).toEqual([1, 2, 40, 0]);
  expect([...margin]).toEqual([2, -2, -7, Number.NaN]);
});

function makeJob() {
  const job = new Job({ ...request, id: 'a job' }, undefined, '/checkpoint');
  onTestFinished(() => job.dispose());
  const engine = new StandInEngine();
  return { job, engine, run: job.run(engine, () => undefined) };
}

test('while a job runs, only the segments are looked at of which something is known', async () => {
  const { job, engine, run } = makeJob();
  const begun = await engine.compression(1);
  begun.tell(progress);
  const looked: unknown[] = [];
  const looking: JobEngine = {
    call: (operation, parameters, hooks) => {
      looked.push(parameters);
      return engine.call(operation, parameters, hooks);
    },
  };
  const seen = await explainTokens(job, looking);
  expect(seen.map(found => found?.rank)).toEqual([1, 1, 1, 1]);
  expect(looked).toEqual([{ ...request.model, job: 'a job', position: 0 }]);
  begun.end(resultOf());
  await run;
});

test('of a job that is over, nothing is known of what it has not come to', async () => {
  const { job, engine, run } = makeJob();
  const begun = await engine.compression(1);
  begun.end(resultOf({ wrong: [1], unknown: [2, 3], cancelled: true }));
  await run;
  const seen = await explainTokens(job, engine);
  expect(seen.map(found => found?.rank)).toEqual([1, 2, undefined, undefined]);
});
