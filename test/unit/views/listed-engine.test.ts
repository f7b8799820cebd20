import { expect, test } from 'vitest';
import type { Hooks } from '../../../src/runtime/engine/client.ts';
import { connect, probe } from '../../../src/runtime/operations/analyses.ts';
import { inspectSolutions } from '../../../src/runtime/operations/solutions.ts';
import { Activities, type ActivityKind } from '../../../src/views/jobs/activities.ts';
import { JobStore } from '../../../src/views/jobs/job-store.ts';
import { ListedEngine } from '../../../src/views/jobs/listed-engine.ts';
import { temporaryFolder } from '../../support/paths.ts';

const file = { name: 'x.solutions.json', file: new Uint8Array() };
const model = { folder: '/models/demo' };
const words = {
  title: (kind: ActivityKind, name: string) => `${kind} ${name}`,
  curves: (settled: number, of: number) => `${settled} of ${of}`,
  waiting: (others: string | undefined) => `waiting for ${others}`,
};

/** An engine that answers when a test says so, and the list beside it. */
function listing() {
  const asked: {
    readonly parameters: object;
    readonly signal: AbortSignal | undefined;
    tell(progress: unknown): void;
    end(): void;
  }[] = [];
  const call = (_: object, parameters: object, { signal, onProgress }: Hooks<never> = {}): Promise<never> =>
    new Promise((_, reject) => {
      const tell = (progress: unknown): void => onProgress?.(progress as never);
      asked.push({ parameters, signal, tell, end: () => reject(new Error('ended')) });
    });
  const activities = new Activities(new JobStore(temporaryFolder()));
  const engine = new ListedEngine({ call, hold: () => () => undefined }, activities, words, 'file:///x.solutions.json');
  return { asked, activities, engine };
}

test('the training of curves is listed with how far it is, as long as it lasts', async () => {
  const { asked, activities, engine } = listing();
  const told: number[] = [];
  const work = engine.call(
    connect,
    { ...model, ...file, options: { pairs: 'all' } },
    { onProgress: ({ settled }) => told.push(settled) },
  );
  const curve = { first: 0, second: 1, steps: 1, lowestAccuracy: undefined, state: 'training' };
  await expect.poll(() => asked.length).toBe(1);
  expect(asked[0]?.parameters).toMatchObject({ checkpoint: expect.stringMatching(/\.checkpoint$/) });
  asked[0]?.tell({ curves: [curve, curve], settled: 1, seconds: 1 });
  expect(activities.all.map(({ request, progress }) => [request.title, progress])).toEqual([
    ['connect x.solutions.json', { message: '1 of 2', share: 0.5 }],
  ]);
  expect(told).toEqual([1]);
  asked[0]?.end();
  await expect(work).rejects.toThrow('ended');
  // It has failed, and can be resumed.
  expect(activities.all.map(({ status, problem }) => [status, problem])).toEqual([['failed', 'ended']]);
  expect(activities.running).toEqual([]);
});

test('curves that the file holds are followed without being kept', async () => {
  const { asked, activities, engine } = listing();
  const work = engine.call(connect, { ...model, ...file, options: { pairs: 'stored' } });
  expect(activities.all.map(({ plan }) => plan)).toEqual([undefined]);
  asked[0]?.end();
  await expect(work).rejects.toThrow('ended');
  expect(activities.all).toEqual([]);
});

test('what is listed is cancelled there, or by the editor that asked for it', async () => {
  const { asked, activities, engine } = listing();
  const editor = new AbortController();
  const { signal } = editor;
  const work = [1, 2].map(() => engine.call(probe, { ...model, ...file, options: {} }, { signal }));
  activities.all[0]?.cancel();
  expect(asked.map(call => call.signal?.aborted)).toEqual([true, false]);
  editor.abort();
  expect(asked.map(call => call.signal?.aborted)).toEqual([true, true]);
  for (const { end } of asked) end();
  await Promise.allSettled(work);
});

test('what takes no time is not listed', async () => {
  const { asked, activities, engine } = listing();
  const work = engine.call(inspectSolutions, file);
  expect(activities.all).toEqual([]);
  asked[0]?.end();
  await expect(work).rejects.toThrow('ended');
});
