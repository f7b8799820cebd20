import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { writeAtomically } from '../../../src/runtime/files/atomic.ts';
import { parseSafetensors, type TensorToWrite, writeSafetensors } from '../../../src/runtime/files/safetensors.ts';
import { Checkpoint } from '../../../src/runtime/work/checkpoint.ts';
import type { Oracle } from '../../../src/runtime/work/item.ts';
import { Work } from '../../../src/runtime/work/work.ts';
import { Gate } from '../../support/gate.ts';
import { temporaryFolder } from '../../support/paths.ts';
import { ToyOracle } from '../../support/toy-oracle.ts';
import { type ToyItem, type ToyResult, toyItems, toyKind } from '../../support/toy-work.ts';

const room = 14;
const never = 0;
const running = (): boolean => false;
const ignore = (): void => undefined;

function open(oracle: Oracle, checkpoint?: string, notices: string[] = [], items: readonly ToyItem[] = toyItems) {
  const onNotice = (sentence: string): unknown => notices.push(sentence);
  return Work.open({ kind: toyKind(), items }, oracle, { checkpoint, milliseconds: 0, onNotice });
}

type ToyWork = Awaited<ReturnType<typeof open>>;

/** All that came of work, as bytes. */
function resultOf({ entries, evaluations }: ToyWork): Buffer {
  const outcomes = entries.flatMap((entry): ToyResult[] => (entry.state === 'over' ? [entry.outcome] : []));
  const points = outcomes.map(({ point }) => Buffer.from(point.buffer, point.byteOffset, point.byteLength));
  return Buffer.concat([
    Buffer.from(JSON.stringify([evaluations, outcomes.map(({ point, ...rest }) => rest)])),
    ...points,
  ]);
}

async function undisturbed(): Promise<{ result: Buffer; evaluations: number }> {
  const gate = new Gate(new ToyOracle(room), never);
  const work = await open(gate);
  expect(await work.run(running, ignore)).toBe(false);
  return { result: resultOf(work), evaluations: gate.asked.length };
}

/** A checkpoint in the middle. */
async function keptAt(path: string, rounds: number): Promise<void> {
  let seen = 0;
  const work = await open(new ToyOracle(room), path);
  await work.run(
    () => seen >= rounds,
    () => {
      seen++;
    },
  );
}

describe('work that is interrupted', () => {
  test('comes to the identical result, at whatever evaluation it crashed', async () => {
    const { result, evaluations } = await undisturbed();
    expect(evaluations).toBeGreaterThan(30);
    const checkpoint = join(temporaryFolder(), 'work.checkpoint');
    for (let done = 0; done < evaluations - 1; done++) {
      // One evaluation further than the time before, and into the next.
      const gate = new Gate(new ToyOracle(room), 2);
      const crashing = (await open(gate, checkpoint)).run(running, ignore);
      await gate.reached;
      const crashed = readFileSync(checkpoint);
      gate.fail(new Error('killed'));
      await expect(crashing).rejects.toThrow('killed');
      expect(readFileSync(checkpoint)).toEqual(crashed);
      const [again, copy] = [new Gate(new ToyOracle(room), never), `${checkpoint}.copy`];
      copyFileSync(checkpoint, copy);
      const work = await Work.open({ kind: toyKind(), items: toyItems }, again, { checkpoint: copy });
      await work.run(running, ignore);
      expect(Buffer.compare(resultOf(work), result)).toBe(0);
      // Nothing that had been evaluated before is evaluated again.
      expect(again.asked.length).toBe(evaluations - done - 1);
    }
  });

  test('comes to the identical result, after whatever evaluation it was cancelled', async () => {
    const { result, evaluations } = await undisturbed();
    const checkpoint = join(temporaryFolder(), 'work.checkpoint');
    let rounds = 0;
    // One evaluation at a time: every run ends at the first opportunity and the next goes on.
    for (let left = true; left; rounds++) {
      const gate = new Gate(new ToyOracle(room), never);
      const work = await open(gate, checkpoint);
      left = await work.run(() => gate.asked.length > 0, ignore);
      if (!left) expect(Buffer.compare(resultOf(work), result)).toBe(0);
      expect(gate.asked.length).toBeLessThanOrEqual(1);
    }
    expect(rounds).toBe(evaluations);
  });

  test('heeds a cancellation that comes during an evaluation right after it', async () => {
    const gate = new Gate(new ToyOracle(room), 5);
    let cancelled = false;
    const work = await open(gate);
    const ending = work.run(() => cancelled, ignore);
    await gate.reached;
    cancelled = true;
    gate.letGo();
    expect(await ending).toBe(true);
    expect(gate.asked).toHaveLength(5);
  });

  test('was not cancelled when nothing was left to do', async () => {
    const { evaluations } = await undisturbed();
    let seen = 0;
    const work = await open(new ToyOracle(room));
    expect(
      await work.run(
        () => seen >= evaluations,
        () => {
          seen++;
        },
      ),
    ).toBe(false);
  });

  test('begins anew where the plan is another one', async () => {
    const checkpoint = join(temporaryFolder(), 'work.checkpoint');
    await keptAt(checkpoint, 10);
    const notices: string[] = [];
    const other = await open(new ToyOracle(room), checkpoint, notices, toyItems.slice(1));
    expect(other.evaluations).toBe(0);
    expect(notices).toEqual([]);
    expect((await open(new ToyOracle(room), checkpoint)).evaluations).toBeGreaterThan(0);

    await other.run(running, ignore);
    expect(notices).toEqual([
      expect.stringMatching(/is of other work .* it was kept as .*work\.checkpoint\.earlier\.$/),
    ]);
    expect((await open(new ToyOracle(room), `${checkpoint}.earlier`)).evaluations).toBeGreaterThan(0);
  });

  test('does not do again what records know', async () => {
    const [first] = toyItems;
    if (!first) throw new Error('there is no item');
    const known: ToyResult = { name: first.name, steps: 1, correct: 3, point: Float32Array.of(1) };
    const begun: string[] = [];
    const work = await Work.open(
      { kind: toyKind(begun), items: toyItems, known: ({ name }) => (name === first.name ? known : undefined) },
      new ToyOracle(room),
    );
    await work.run(running, ignore);
    expect(begun).not.toContain(first.name);
    expect(work.entries[0]).toEqual({ state: 'over', data: first, outcome: known });
  });
});

describe('a checkpoint', () => {
  test('is a safetensors file that says what it is, with its numbers as JSON and its vectors as tensors', async () => {
    const checkpoint = join(temporaryFolder(), 'work.checkpoint');
    await keptAt(checkpoint, 14);
    const { metadata, tensors } = parseSafetensors(readFileSync(checkpoint), checkpoint);
    expect(metadata).toMatchObject({ format: 'proto-tokens checkpoint', version: '5' });
    const { entries } = JSON.parse(metadata.content ?? '');
    const states = entries.map(({ state }: { state: string }) => state);
    expect(new Set(states)).toEqual(new Set(['waiting', 'running', 'over']));
    for (const { key } of entries) expect(key).toMatch(/^[0-9a-f]{64}$/);
    const runningAt = states.indexOf('running');
    const { tensor } = entries[runningAt].kept.solver.vectors.point;
    expect(tensor).toBe(`entries.${runningAt}.kept.solver.vectors.point`);
    expect(tensors.get(tensor)).toMatchObject({ dtype: 'F32', shape: [12] });
  });

  test('that is damaged costs what it kept, not the work, however it is damaged', async () => {
    const folder = temporaryFolder();
    const checkpoint = join(folder, 'work.checkpoint');
    await keptAt(checkpoint, 14);
    const whole = readFileSync(checkpoint);
    const { metadata, tensors, dataStart } = parseSafetensors(whole, checkpoint);
    const stored: TensorToWrite[] = [...tensors.values()].map(({ name, dtype, shape, begin, end }) => ({
      name,
      dtype,
      shape,
      bytes: whole.subarray(begin, end),
    }));
    const content = metadata.content ?? '';
    const withContent = (text: string): Uint8Array => writeSafetensors({ ...metadata, content: text }, stored);
    const flipped = Buffer.from(whole);
    flipped[dataStart + 5] = (flipped[dataStart + 5] ?? 0) ^ 64;
    const damaged: Record<string, Uint8Array> = {
      empty: new Uint8Array(0),
      noise: Buffer.from('not a checkpoint at all'),
      torn: whole.subarray(0, whole.length - 7),
      'with another number in a vector': flipped,
      'without its vectors': writeSafetensors(metadata, []),
      'of another shape': withContent(JSON.stringify({ seconds: 1 })),
      'with another count': withContent(content.replace(/"evaluations":\d+/, '"evaluations":-3')),
      'that is no JSON': withContent(content.slice(1)),
      'without a hash': writeSafetensors(
        { format: metadata.format ?? '', version: '5', key: metadata.key ?? '' },
        stored,
      ),
    };
    const { result } = await undisturbed();
    for (const [name, bytes] of Object.entries(damaged)) {
      writeFileSync(checkpoint, bytes);
      const notices: string[] = [];
      const work = await open(new ToyOracle(room), checkpoint, notices);
      expect([name, work.evaluations]).toEqual([name, 0]);
      expect(notices).toEqual([
        `The checkpoint ${checkpoint} is damaged and was not used; the work began again from the start.`,
      ]);
      await work.run(running, ignore);
      expect(Buffer.compare(resultOf(work), result)).toBe(0);
    }
  });

  test('that cannot be written costs the checkpoint, not the work, and is told once', async () => {
    const { result } = await undisturbed();
    const notices: string[] = [];
    const work = await open(new ToyOracle(room), join(temporaryFolder(), 'gone', 'work.checkpoint'), notices);
    await work.run(running, ignore);
    expect(Buffer.compare(resultOf(work), result)).toBe(0);
    expect(notices).toEqual([
      expect.stringMatching(/^The work goes on without a checkpoint.*its folder does not exist/),
    ]);
  });

  test('goes on being written once there is room again', async () => {
    const folder = join(temporaryFolder(), 'later');
    const checkpoint = join(folder, 'work.checkpoint');
    const gate = new Gate(new ToyOracle(room), 6);
    const work = await open(gate, checkpoint);
    const ending = work.run(running, ignore);
    await gate.reached;
    mkdirSync(folder);
    gate.letGo();
    await ending;
    expect(existsSync(checkpoint)).toBe(true);
  });

  test('is written less often where it takes long to gather', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    onTestFinished(() => void vi.useRealTimers());
    const checkpoint = new Checkpoint(join(temporaryFolder(), 'work.checkpoint'), 'key', { milliseconds: 1000 });
    let gathered = 0;
    const write = (): Promise<void> =>
      checkpoint.writeWhenDue(() => {
        vi.advanceTimersByTime(500);
        return [gathered++];
      });
    for (const [wait, expected] of [
      [0, 1],
      [9999, 1],
      [1, 2],
    ] as const) {
      vi.advanceTimersByTime(wait);
      await write();
      expect(gathered).toBe(expected);
    }
  });

  test('leaves nothing beside it of a write that was killed', async () => {
    const folder = temporaryFolder();
    const checkpoint = join(folder, 'work.checkpoint');
    const gone = spawn(process.execPath, ['-e', '']);
    await once(gone, 'exit');
    await keptAt(checkpoint, 3);
    writeFileSync(`${checkpoint}.${gone.pid}.partial`, 'half');
    for (const other of [`${process.pid}.partial`, 'txt', 'old.1']) writeFileSync(`${checkpoint}.${other}`, 'kept');
    await open(new ToyOracle(room), checkpoint);
    expect(readdirSync(folder).sort()).toEqual(
      ['', '.old.1', '.txt', `.${process.pid}.partial`].map(ending => `work.checkpoint${ending}`).sort(),
    );
    rmSync(`${checkpoint}.${process.pid}.partial`);
  });
});

test('a file is replaced as a whole, by the latest of several writes, and nothing stays beside it', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'file');
  await Promise.all([1, 2, 3].map(n => writeAtomically(path, new Uint8Array(100_000 * n).fill(n))));
  expect(readFileSync(path)).toEqual(Buffer.alloc(300_000, 3));
  await expect(writeAtomically(join(folder, 'none', 'file'), new Uint8Array(1))).rejects.toThrow(
    /folder does not exist/,
  );
  expect(readdirSync(folder)).toEqual(['file']);
});
