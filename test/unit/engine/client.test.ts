import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { EngineClient } from '../../../src/runtime/engine/client.ts';
import { EngineCrash } from '../../../src/runtime/engine/crash.ts';
import { Cancelled, UserError } from '../../../src/runtime/errors.ts';
import { exhaust, exhaustAgain, give, measure, open, train, wait } from '../../support/gated-engine.ts';
import { gatedEngine } from '../../support/gated-engine-bundle.ts';
import { temporaryFolder } from '../../support/paths.ts';
import { userErrorOf } from '../../support/user-error.ts';

const graceMilliseconds = 1000;
const modulePath = gatedEngine();

afterEach(() => vi.useRealTimers());

function startEngine(): EngineClient {
  const engine = new EngineClient({ modulePath: modulePath(), graceMilliseconds });
  onTestFinished(() => engine.stop());
  return engine;
}

/** Asks for something that waits, and returns when it does. */
async function waiting(engine: EngineClient, gate: string, heeds: boolean, signal?: AbortSignal) {
  const answer = engine.call(wait, { gate, heeds }, signal ? { signal } : {});
  answer.catch(() => undefined);
  // Calls are answered in their order, so that one is there when this one is.
  await engine.call(give, { size: 0 });
  return { answer };
}

describe('a call that is cancelled', () => {
  test('ends alone, and the process lives on', async () => {
    const engine = startEngine();
    const controller = new AbortController();
    const other = await waiting(engine, 'other', true);
    const { answer } = await waiting(engine, 'mine', true, controller.signal);
    const { pid } = engine;
    controller.abort();
    await expect(answer).rejects.toThrow(Cancelled);
    await engine.call(open, { gate: 'other' });
    expect(await other.answer).toBe('other');
    expect(engine.pid).toBe(pid);
  });

  test('that does not end has the process killed only when nothing else lives in it', async () => {
    const engine = startEngine();
    const controller = new AbortController();
    const other = await waiting(engine, 'other', true);
    const { answer } = await waiting(engine, 'deaf', false, controller.signal);
    const { pid } = engine;
    vi.useFakeTimers({ toFake: ['setTimeout'] });
    controller.abort();
    vi.advanceTimersByTime(2 * graceMilliseconds);
    vi.useRealTimers();
    await engine.call(open, { gate: 'other' });
    expect(await other.answer).toBe('other');
    await expect(answer).rejects.toThrow(EngineCrash);
    await engine.call(give, { size: 0 });
    expect(engine.pid).not.toBe(pid);
  });

  test('before it was sent never reaches the engine', async () => {
    const engine = startEngine();
    const signal = AbortSignal.abort();
    await expect(engine.call(wait, { gate: 'none', heeds: false }, { signal })).rejects.toThrow(Cancelled);
    expect(engine.pid).toBeUndefined();
  });
});

describe('the client', () => {
  test('keeps nothing of a call that has been answered', async () => {
    const engine = startEngine();
    setFlagsFromString('--expose-gc');
    const collect: () => void = runInNewContext('gc');
    const held = async (calls: number): Promise<number> => {
      for (let i = 0; i < calls; i++) await engine.call(give, { size: 40_000 });
      // What holds memory outside the heap is let go of a round later.
      for (let round = 0; round < 3; round++) {
        collect();
        await new Promise(setImmediate);
      }
      const { heapUsed, external } = process.memoryUsage();
      return heapUsed + external;
    };
    const before = await held(200);
    // All answers together have 200 MB.
    expect((await held(5000)) - before).toBeLessThan(20e6);
  });

  test('sends bytes that it holds once, and once more to a process that has just started', async () => {
    const engine = startEngine();
    const bytes = new Uint8Array(1000);
    expect(await engine.call(measure, { bytes })).toEqual({ length: 1000, sent: 0 });
    const release = engine.hold(bytes);
    for (let i = 0; i < 3; i++) expect(await engine.call(measure, { bytes })).toEqual({ length: 1000, sent: 1 });
    engine.stop();
    expect(await engine.call(measure, { bytes })).toEqual({ length: 1000, sent: 1 });
    release();
    expect(await engine.call(measure, { bytes })).toEqual({ length: 1000, sent: 1 });
    engine.hold(bytes);
    expect(await engine.call(measure, { bytes })).toEqual({ length: 1000, sent: 2 });
  });

  test('starts a process again after one that could not be started', async () => {
    const engine = startEngine();
    const { execPath } = process;
    process.execPath = join(temporaryFolder(), 'gone');
    try {
      await expect(engine.call(give, { size: 1 })).rejects.toThrow(/could not be started/);
    } finally {
      process.execPath = execPath;
    }
    expect(await engine.call(give, { size: 1 })).toHaveLength(1);
  });

  test('refuses what an operation does not declare', async () => {
    const engine = startEngine();
    await expect(engine.call(give, { size: 0.5 })).rejects.toThrow(/The option size is not valid: .*int/);
    await expect(engine.call(open, { gate: 'none' })).rejects.toThrow(UserError);
  });
});

describe('an engine that runs out of memory', () => {
  test('ends what cannot go on with a sentence', async () => {
    const message = await userErrorOf(() => startEngine().call(exhaust, {}));
    expect(message).toMatch(
      /^The engine ran out of memory; [\d.]+ GiB are free now; another .*: close it, halve the segment length/,
    );
  });

  test('is started again for what can go on, which is given up in the end and keeps its progress', async () => {
    const restarts: string[] = [];
    const onRestart = (reason: string): number => restarts.push(reason);
    const message = await userErrorOf(() => startEngine().call(exhaustAgain, {}, { onRestart }));
    expect(message).toMatch(/ran out of memory, and the progress so far is kept/);
    expect(restarts).toHaveLength(2);
    expect(restarts[0]).toMatch(/out of memory$/);
  });
});

describe('work that goes on after the engine has died', () => {
  function counter(): string {
    const file = join(temporaryFolder(), 'count');
    writeFileSync(file, '0');
    return file;
  }

  test('is not given up as long as it comes further each time', async () => {
    const engine = startEngine();
    const restarts: string[] = [];
    const reached = await engine.call(
      train,
      { file: counter(), end: 6 },
      {
        onProgress: now => {
          if (now < 6) engine.kill();
        },
        onRestart: reason => restarts.push(reason),
      },
    );
    expect(reached).toBe(6);
    expect(restarts).toHaveLength(5);
    expect(restarts[0]).toMatch(/ended by SIGKILL/);
  });

  test('is given up when it dies at the same place again and again', async () => {
    const engine = startEngine();
    const call = engine.call(train, { file: counter(), end: 6, stuck: true }, { onProgress: () => engine.kill() });
    await expect(call).rejects.toThrow(/died 3 times at the same place/);
  });

  test('does not count restarts that somebody asked for', async () => {
    const engine = startEngine();
    const file = counter();
    let restarts = 0;
    const reached = await engine.call(
      train,
      { file, end: 1, stuck: true },
      {
        onProgress: now => {
          if (restarts === 5) writeFileSync(file, '1');
          if (!now) engine.restart();
        },
        onRestart: () => restarts++,
      },
    );
    expect(reached).toBe(1);
    expect(restarts).toBe(6);
  });
});
