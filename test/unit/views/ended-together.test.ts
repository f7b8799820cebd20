import { expect, test } from 'vitest';
import { onEndedTogether } from '../../../src/views/jobs/ended-together.ts';
import type { Job } from '../../../src/views/jobs/job.ts';
import { makeQueue } from './support/queue.ts';
import { resultOf } from './support/stand-in-engine.ts';

function listen() {
  const made = makeQueue();
  const told: (readonly Job[])[] = [];
  const seen = new Set<Job>();
  onEndedTogether(
    made.queue,
    job => seen.has(job),
    jobs => told.push(jobs),
  );
  return { ...made, seen, told };
}

test('jobs that were asked for at once are told when the last of them is over', async () => {
  const { engine, told, start } = listen();
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
  const { engine, queue, told, start } = listen();
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
  const { engine, seen, told, start } = listen();
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
