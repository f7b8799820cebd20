import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { JobResult } from '../../../src/cli/queue/jobs.ts';
import { type QueuedRun, runQueued } from '../../../src/cli/queue/producer.ts';
import { type CellsToCompute, type ServiceOptions, serveQueue } from '../../../src/cli/queue/worker.ts';
import { UserError } from '../../../src/runtime/errors.ts';
import type { WantedCell } from '../../../src/runtime/experiments/batches.ts';
import { outcomeSchema, plainCell } from '../../../src/runtime/experiments/cell.ts';
import { Records } from '../../../src/runtime/work/records.ts';
import { temporaryFolder } from '../../support/paths.ts';
import { hasRedis, TestRedis, whyNoRedis } from '../../support/redis.ts';
import { expectOneSentence } from '../../support/user-error.ts';

const cells = Array.from({ length: 12 }, (_, i): WantedCell => {
  const cell = { ...plainCell, texts: [i], length: 4, seed: 0, recipe: 'lbfgs' as const, budget: 5 };
  // Four of them make a batch.
  return { key: `key ${i}`, cell, size: 128 };
});
const model = { folder: 'model', id: 'model', fingerprint: '0' };

const computed = ({ cells: wanted }: CellsToCompute): JobResult =>
  wanted.map(({ key, cell }) => ({
    key,
    outcome: { ...cell, correct: [4], evaluations: 5, seconds: 1, information: [null], problem: null },
  }));

/** A promise, and what resolves it. */
function gate(): { readonly opened: Promise<void>; readonly open: () => void } {
  let open = (): void => undefined;
  const opened = new Promise<void>(resolve => {
    open = resolve;
  });
  return { opened, open };
}

describe.skipIf(!hasRedis)(`a queue${whyNoRedis}`, () => {
  const recordsIn = (path: string) => () => Records.open(path, outcomeSchema, 'record');
  /** Runs the cells of this file. */
  function produce(url: string, path: string, changes: Partial<QueuedRun> = {}): Promise<boolean> {
    const records = recordsIn(path);
    return runQueued({
      ...{ url, model, software: '1', records, signal: new AbortController().signal },
      wanted: async () => {
        const known = await records();
        const wanted = cells.filter(({ key }) => !known.find(key));
        return { wanted, done: cells.length - wanted.length, cells: cells.length, tokens: [Int32Array.of(1, 2, 3)] };
      },
      onProgress: () => undefined,
      say: () => undefined,
      ...changes,
    });
  }
  /** Serves until the test is over. @returns what ends it */
  function serve(url: string, compute: ServiceOptions['compute'], lostAfterSeconds = 0.5) {
    const controller = new AbortController();
    const ended = serveQueue({ url, lostAfterSeconds, compute, signal: controller.signal, say: () => undefined });
    return {
      ended,
      stop: () => {
        controller.abort();
        return ended;
      },
    };
  }
  const keysOf = async (path: string): Promise<string[]> => {
    return (await readFile(path, 'utf8'))
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line).key);
  };
  const everyKey = cells.map(({ key }) => key).sort();

  test('that Redis has lost is filled again by whoever wants the cells', async () => {
    const redis = await TestRedis.start();
    const path = join(temporaryFolder(), 'cells.jsonl');
    const [begun, goOn] = [gate(), gate()];
    const worker = serve(redis.url, async asked => {
      begun.open();
      await goOn.opened;
      return computed(asked);
    });
    const run = produce(redis.url, path);
    await begun.opened;
    await redis.restart({ losingData: true });
    goOn.open();
    expect(await run).toBe(false);
    expect((await keysOf(path)).sort()).toEqual(everyKey);
    await worker.stop();
  });

  test('gives a cell that always fails a record that says why, and the others their outcomes', async () => {
    const redis = await TestRedis.start();
    const path = join(temporaryFolder(), 'cells.jsonl');
    const worker = serve(redis.url, async asked => {
      if (asked.cells.some(({ key }) => key === 'key 5')) throw new Error('The engine died.');
      return await Promise.resolve(computed(asked));
    });
    expect(await produce(redis.url, path)).toBe(false);
    const records = await recordsIn(path)();
    expect((await keysOf(path)).sort()).toEqual(everyKey);
    expect(cells.map(({ key }) => records.find(key)?.problem)).toEqual(
      cells.map(({ key }) => (key === 'key 5' ? 'The engine died.' : null)),
    );
    await worker.stop();
  });

  test('cancelled keeps what is over and takes out what nobody has begun; later it goes on from there', async () => {
    const redis = await TestRedis.start();
    const path = join(temporaryFolder(), 'cells.jsonl');
    const [second, controller] = [gate(), new AbortController()];
    const asked: string[] = [];
    const worker = serve(redis.url, async (wanted, signal) => {
      asked.push(...wanted.cells.map(({ key }) => key));
      if (asked.length <= 4) return computed(wanted);
      second.open();
      await new Promise(resolve => signal.addEventListener('abort', resolve));
      return [];
    });
    const run = produce(redis.url, path, { signal: controller.signal });
    await second.opened;
    controller.abort();
    expect(await run).toBe(true);
    expect(await keysOf(path)).toEqual(everyKey.filter(key => asked.slice(0, 4).includes(key)));
    await worker.stop();
    // What was being computed was given back; the rest was taken out.
    const seen: string[] = [];
    const other = serve(redis.url, async wanted => {
      seen.push(...wanted.cells.map(({ key }) => key));
      return await Promise.resolve(computed(wanted));
    });
    expect(await produce(redis.url, path)).toBe(false);
    expect((await keysOf(path)).sort()).toEqual(everyKey);
    expect([...asked.slice(0, 4), ...seen].sort()).toEqual(everyKey);
    await other.stop();
  });

  test('keeps what came of cells whose run has died, for the next one', async () => {
    const redis = await TestRedis.start();
    const path = join(temporaryFolder(), 'cells.jsonl');
    let calls = 0;
    const all = gate();
    const worker = serve(redis.url, asked => {
      if (++calls === 3) all.open();
      return Promise.resolve(computed(asked));
    });
    // Its records cannot be written: it puts cells in the queue and dies of the first that come back.
    const dying = produce(redis.url, path, {
      records: () =>
        Records.open(join(temporaryFolder(), 'x.jsonl'), outcomeSchema, 'record').then(records => {
          records.appendAll = () => Promise.reject(new Error('no space'));
          return records;
        }),
    });
    await expect(dying).rejects.toThrow('no space');
    await all.opened;
    await worker.stop();
    expect(await produce(redis.url, path)).toBe(false);
    expect((await keysOf(path)).sort()).toEqual(everyKey);
    expect(calls).toBe(3);
  });

  test('is left to others by a worker that is not one for the cells', async () => {
    const redis = await TestRedis.start();
    const path = join(temporaryFolder(), 'cells.jsonl');
    const unfit = serve(redis.url, () => Promise.resolve({ unfit: 'This machine has no copy of the model.' }));
    const run = produce(redis.url, path);
    await expect(unfit.ended).rejects.toThrow(new UserError('This machine has no copy of the model.'));
    const worker = serve(redis.url, asked => Promise.resolve(computed(asked)));
    expect(await run).toBe(false);
    const records = await recordsIn(path)();
    expect(records.all().every(({ problem }) => problem === null)).toBe(true);
    await worker.stop();
  });
});

test.each(['redis://127.0.0.1:1', 'localhost', 'http://localhost', 'redis://'])(
  'there is no Redis at %s',
  async url => {
    const error = await serveQueue({
      ...{ url, lostAfterSeconds: 1, compute: () => Promise.resolve([]), signal: new AbortController().signal },
      say: () => undefined,
    }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UserError);
    if (error instanceof UserError) expectOneSentence(error.message);
  },
);
