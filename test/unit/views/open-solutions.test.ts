import { describe, expect, test } from 'vitest';
import type { Hooks } from '../../../src/runtime/engine/client.ts';
import { addCurves } from '../../../src/runtime/files/curves.ts';
import { readSolutions, writeSolutions } from '../../../src/runtime/files/solutions-file.ts';
import type { ConnectProgress, ConnectResult } from '../../../src/runtime/results/connectivity.ts';
import { OpenSolutions } from '../../../src/views/solutions/open-solutions.ts';
import type { Connected, WorkProgress } from '../../../src/views/solutions/protocol.ts';

const name = 'x.solutions.json';
const vector = Float32Array.of(1, 2);
const solution = { text: 0, seed: 0, steps: 10, correct: 2, tokens: 2, e: vector, m: vector };

function fileOf(solutions: number): Uint8Array {
  return writeSolutions({
    model: { id: 'demo', revision: null, fingerprint: '0' },
    arrangement: 'e-m-repeated',
    recipe: 'lbfgs',
    hiddenSize: 2,
    texts: [{ title: 'sea', text: 'The sea' }],
    solutions: Array.from({ length: solutions }, (_, seed) => ({ ...solution, seed })),
    curves: [],
  });
}

const path = { accuracy: [1], nll: [0], predicted: [Int32Array.of(0)], lowestAccuracy: 1, meanAccuracy: 1 };
const ends = { first: 0, second: 1 };
const found: ConnectResult = {
  curves: [{ ...ends, steps: 5, e: vector, m: vector }],
  report: {
    grid: [0],
    connections: [{ ...ends, text: 0, steps: 5, lengthRatio: 1, straight: path, curve: path }],
    seconds: 1,
    cancelled: false,
  },
  targets: [[{ id: 0, text: 'The' }]],
};

interface Asked {
  readonly operation: string;
  readonly parameters: { readonly file?: Uint8Array };
  readonly signal: AbortSignal | undefined;
  readonly report: (progress: unknown) => void;
  readonly answer: (result: unknown) => void;
}

/** A file on a disk that the test holds, an engine that answers when the test says so, and what was told. */
function opened(solutions = 3) {
  const disk = { bytes: fileOf(solutions) };
  const asked: Asked[] = [];
  const held = new Set<Uint8Array>();
  const told = {
    connected: [] as Connected[],
    progress: [] as (WorkProgress | null)[],
    analysing: [] as (readonly [string, number])[],
    copies: [] as Uint8Array[],
  };
  const engine = {
    call: (
      operation: { readonly name: string },
      parameters: object,
      { signal, onProgress }: Hooks<unknown> = {},
      // The engine gives whatever the operation declares; here the test does.
    ): Promise<never> =>
      new Promise<unknown>((resolve, reject) => {
        signal?.addEventListener('abort', () => reject(new Error('aborted')));
        const report = (progress: unknown): void => onProgress?.(progress);
        asked.push({ operation: operation.name, parameters, signal, report, answer: resolve });
      }) as Promise<never>,
    hold: (bytes: Uint8Array) => {
      held.add(bytes);
      return () => held.delete(bytes);
    },
  };
  const place = {
    name,
    read: () => Promise.resolve(disk.bytes),
    write: (bytes: Uint8Array) => {
      disk.bytes = bytes;
      return Promise.resolve();
    },
  };
  const open = new OpenSolutions(
    place,
    engine,
    () => Promise.resolve({ folder: '/model', device: 'cpu' as const }),
    (settled, curves) => `${settled} of ${curves}`,
    {
      onConnected: connected => told.connected.push(connected),
      onProgress: progress => told.progress.push(progress),
      onAnalysing: (name, share) => told.analysing.push([name, share]),
      onChanged: copy => told.copies.push(copy),
    },
  );
  /** The latest call, as soon as it has come. */
  const nextCall = async (count = asked.length + 1): Promise<Asked> => {
    while (asked.length < count) await new Promise(setImmediate);
    const call = asked[count - 1];
    if (!call) throw new Error('nothing was asked');
    return call;
  };
  return { open, disk, asked, held, told, nextCall };
}

const wanted = { pairs: [[0, 1] as [number, number]], steps: 10, grid: 3, retrain: false };

describe('an open file of solutions', () => {
  test('is sent as the same bytes with every call, and let go of when it is closed', async () => {
    const { open, held, told, nextCall } = opened();
    void open.inspect().catch(() => undefined);
    const first = await nextCall(1);
    void open.ask('probe', { options: { index: 1 } }).catch(() => undefined);
    const second = await nextCall(2);
    expect(second.parameters.file).toBe(first.parameters.file);
    expect([...held]).toEqual([first.parameters.file]);
    second.report({ share: 0.25 });
    expect(told.analysing).toEqual([['probe', 0.25]]);
    open.close();
    expect(held.size).toBe(0);
  });

  test('keeps the curves that were trained, and tells of them', async () => {
    const { open, disk, told, nextCall } = opened();
    const work = open.connect(wanted);
    (await nextCall(1)).answer(found);
    await work;
    expect(readSolutions(disk.bytes, name).curves).toMatchObject([{ ...ends, steps: 5 }]);
    expect(told.connected.at(-1)?.connections).toHaveLength(1);
    expect(await open.hasChanged()).toBe(false);
  });

  test('adds its curves to those that somebody else has written meanwhile', async () => {
    const { open, disk, nextCall } = opened();
    const work = open.connect(wanted);
    const call = await nextCall(1);
    disk.bytes = addCurves(disk.bytes, [{ first: 0, second: 2, steps: 7, e: vector, m: vector }], name);
    call.answer(found);
    await work;
    expect(readSolutions(disk.bytes, name).curves.map(({ steps }) => steps)).toEqual([7, 5]);
  });

  test('that has other solutions now is left as it is, and the curves are offered as a copy', async () => {
    const { open, disk, told, nextCall } = opened(3);
    const work = open.connect(wanted);
    const call = await nextCall(1);
    const other = fileOf(2);
    disk.bytes = other;
    call.answer(found);
    await work;
    expect(disk.bytes).toBe(other);
    expect(told.connected).toEqual([]);
    expect(told.copies.map(copy => readSolutions(copy, name))).toMatchObject([{ curves: [ends] }]);
  });

  test('counts all pairs that were asked for, those that have a curve already among them', async () => {
    const { open, told, nextCall } = opened(3);
    const pairs = [[0, 1] as [number, number], [0, 2] as [number, number]];
    const work = open.connect({ ...wanted, pairs });
    const call = await nextCall(1);
    const curve = { first: 0, second: 2, steps: 5, lowestAccuracy: 1, state: 'training' as const };
    call.report({ curves: [curve], settled: 0, seconds: 1 } satisfies ConnectProgress);
    expect(told.progress).toEqual([{ share: 0.75, message: '1 of 2' }]);
    expect(open.progress).toEqual({ share: 0.75, message: '1 of 2' });
    call.answer(found);
    await work;
    expect(told.progress.at(-1)).toBe(null);
  });

  test('cancels the training of curves and nothing else, whatever else is computed beside it', async () => {
    const { open, nextCall } = opened();
    const work = open.connect(wanted);
    const training = await nextCall(1);
    void open.ask('lossSurface', { pair: ends }).catch(() => undefined);
    const surface = await nextCall(2);
    open.cancel();
    expect(training.signal?.aborted).toBe(true);
    expect(surface.signal?.aborted).toBe(false);
    await expect(work).rejects.toThrow('aborted');
  });

  test('ends everything that was asked for when it is closed', async () => {
    const { open, asked, nextCall } = opened();
    const work = [
      open.connect(wanted),
      open.followStored(),
      open.ask('probe', { options: { index: 0 } }),
      open.ask('distances', { options: {} }),
    ];
    await nextCall(4);
    open.close();
    for (const ended of await Promise.allSettled(work)) expect(ended.status).toBe('rejected');
    expect(asked.map(({ signal }) => signal?.aborted)).toEqual([true, true, true, true]);
  });
});
