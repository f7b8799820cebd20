import { expect, onTestFinished, test } from 'vitest';
import { Activities } from '../../../src/views/jobs/activities.ts';
import { onEndedTogether } from '../../../src/views/jobs/ended-together.ts';
import type { Job } from '../../../src/views/jobs/job.ts';
import { JobQueue } from '../../../src/views/jobs/job-queue.ts';
import { JobStore } from '../../../src/views/jobs/job-store.ts';
import { temporaryFolder } from '../../support/paths.ts';
import { request, resultOf, StandInEngine, StandInReporter } from './support/stand-in-engine.ts';

function makeQueue() {
  const engine = new StandInEngine();
  const sourceOf = (): never => {
    throw new Error('no job of these tests has a place');
  };
  const store = new JobStore(temporaryFolder());
  const activities = new Activities(store);
  const queue = new JobQueue({ engine, reporter: new StandInReporter(), sourceOf, store, activities });
  const told: (readonly Job[])[] = [];
  const seen = new Set<Job>();
  onEndedTogether(
    queue,
    job => seen.has(job),
    jobs => told.push(jobs),
  );
  onTestFinished(() => queue.dispose());
  return { engine, queue, seen, told, start: (): Job => queue.start(request, undefined) };
}

test('jobs that were asked for at once are told when the last of them is over', async () => {
  const { engine, told, start } = makeQueue();
  const [first, second, third, fourth] = [start(), start(), start(), start()];
  (await engine.compression(1)).end(resultOf());
  (await engine.compression(2)).fail(new Error('it failed'));
  await second.ended();
  third.cancel();
  expect(told).toEqual([]);
  (await engine.compression(3)).end(resultOf());
  await fourth.ended();
  expect(told).toEqual([[first, second, fourth]]);
});

test('one that is asked for later is told by itself, and again when it has gone on', async () => {
  const { engine, queue, told, start } = makeQueue();
  const first = start();
  await Promise.resolve();
  const second = start();
  (await engine.compression(1)).end(resultOf());
  (await engine.compression(2)).fail(new Error('it failed'));
  await second.ended();
  expect(told).toEqual([[first], [second]]);
  queue.resume(second);
  (await engine.compression(3)).end(resultOf());
  await second.ended();
  expect(told).toEqual([[first], [second], [second]]);
});

test('what is seen already is not told', async () => {
  const { engine, seen, told, start } = makeQueue();
  const [first, second] = [start(), start()];
  seen.add(second);
  (await engine.compression(1)).end(resultOf());
  (await engine.compression(2)).end(resultOf());
  await second.ended();
  expect(told).toEqual([[first]]);
  const [third, fourth] = [start(), start()];
  seen.add(third).add(fourth);
  (await engine.compression(3)).end(resultOf());
  (await engine.compression(4)).end(resultOf());
  await fourth.ended();
  expect(told).toEqual([[first]]);
});
