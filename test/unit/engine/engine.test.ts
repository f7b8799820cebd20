import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { EngineClient, type EngineOptions } from '../../../src/runtime/engine/client.ts';
import { EngineCrash } from '../../../src/runtime/engine/crash.ts';
import { UserError } from '../../../src/runtime/errors.ts';
import { compress, decode } from '../../../src/runtime/operations/compression.ts';
import { loadModel } from '../../../src/runtime/operations/models.ts';
import type { CompressionProgress } from '../../../src/runtime/results/compression.ts';
import { demoModel, inRepository, temporaryFolder } from '../../support/paths.ts';

const model = { folder: demoModel, device: 'cpu' as const };
const job = 'test';
// Two segments, so that one is settled before the other.
const sample = readFileSync(inRepository('media/sample.txt'), 'utf8').slice(0, 104);
const inTwo = { segmentLength: 20 };
const sentence = 'The lamp burned all night, and the sea was calm.';

function startEngine(options: Partial<EngineOptions> = {}): EngineClient {
  const engine = new EngineClient({ modulePath: inRepository('dist/engine.mjs'), ...options });
  onTestFinished(() => engine.stop());
  return engine;
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(5);
}

describe('the engine', () => {
  test('compresses, tells of its progress and decodes the exact text', async () => {
    const engine = startEngine();
    const seen: CompressionProgress[] = [];
    const { file, summary } = await engine.call(
      compress,
      { ...model, job, text: sentence, options: {} },
      { onProgress: record => seen.push(record) },
    );
    const decoded = await engine.call(decode, { ...model, file, name: 'sentence' });
    expect(decoded.text).toBe(sentence);
    expect(summary).toMatchObject({
      tokens: decoded.tokens,
      segments: 1,
      accuracy: 1,
      corrections: 0,
      cancelled: false,
    });
    expect(summary.sizes.file).toBe(file.length);
    expect(seen.length).toBeGreaterThan(1);
    for (const [i, { evaluations, tokens, correct }] of seen.entries()) {
      expect(evaluations).toBeGreaterThan(seen[i - 1]?.evaluations ?? 0);
      expect(correct).toBeLessThanOrEqual(tokens);
      expect(correct).toBeGreaterThanOrEqual(seen[i - 1]?.correct ?? 0);
    }
  });

  test('gives the same file for the same seed and another one for another', async () => {
    const engine = startEngine();
    const vectors = async (seed: number) => {
      const { file } = await engine.call(compress, { ...model, job, text: sentence, options: { seed } });
      return Buffer.from(file.subarray(-1024)).toString('hex');
    };
    const first = await vectors(5);
    expect(await vectors(5)).toBe(first);
    expect(await vectors(6)).not.toBe(first);
  });

  test('goes on from its checkpoint after kill -9, to the very file of an undisturbed run', async () => {
    const checkpoint = join(temporaryFolder(), 'job.checkpoint');
    const undisturbed = await startEngine().call(compress, { ...model, job, text: sample, options: inTwo });
    const engine = startEngine();
    const restarts: string[] = [];
    const running = engine.call(
      compress,
      { ...model, job, text: sample, options: inTwo, checkpoint },
      { onRestart: reason => restarts.push(reason) },
    );
    await until(() => existsSync(checkpoint));
    const victim = engine.pid;
    if (victim === undefined) throw new Error('there is no engine');
    process.kill(victim, 'SIGKILL');
    const { file, summary } = await running;
    expect(restarts).toHaveLength(1);
    expect(restarts[0]).toContain('SIGKILL');
    expect(engine.pid).not.toBe(victim);
    expect(summary.resumedAfterSeconds).toBeGreaterThan(0);
    expect(summary.evaluations).toBe(undisturbed.summary.evaluations);
    expect(Buffer.compare(file, undisturbed.file)).toBe(0);
    expect((await engine.call(decode, { ...model, file, name: 'sample' })).text).toBe(sample);
  });

  test('gives what has been earned when cancelled, and goes on from there when asked again', async () => {
    const checkpoint = join(temporaryFolder(), 'job.checkpoint');
    const engine = startEngine();
    const controller = new AbortController();
    const request = { ...model, job, text: sample, options: inTwo, checkpoint };
    const { file, summary } = await engine.call(compress, request, {
      signal: controller.signal,
      onProgress: ({ correct }) => {
        if (correct > 20) controller.abort();
      },
    });
    expect(summary.cancelled).toBe(true);
    expect(summary.corrections).toBeGreaterThan(0);
    expect((await engine.call(decode, { ...model, file, name: 'sample' })).text).toBe(sample);
    const finished = await engine.call(compress, request);
    expect(finished.summary).toMatchObject({ cancelled: false, corrections: 0, accuracy: 1 });
    expect(finished.summary.resumedAfterSeconds).toBeGreaterThan(0);
  });

  test('does not go on from the checkpoint of another job', async () => {
    const checkpoint = join(temporaryFolder(), 'job.checkpoint');
    const engine = startEngine();
    const controller = new AbortController();
    await engine.call(
      compress,
      { ...model, job, text: sample, options: inTwo, checkpoint },
      { signal: controller.signal, onProgress: () => controller.abort() },
    );
    expect(existsSync(checkpoint)).toBe(true);
    const other = await engine.call(compress, { ...model, job, text: sentence, options: {}, checkpoint });
    expect(other.summary.resumedAfterSeconds).toBe(0);
    expect((await engine.call(decode, { ...model, file: other.file, name: 'other' })).text).toBe(sentence);
  });

  test('is killed when it does not heed a cancellation in its grace time, and starts again', async () => {
    const engine = startEngine({ graceMilliseconds: 200 });
    const controller = new AbortController();
    const running = engine.call(
      compress,
      { ...model, job, text: sample, options: inTwo },
      {
        signal: controller.signal,
        onProgress: () => {
          if (engine.pid !== undefined) process.kill(engine.pid, 'SIGSTOP');
          controller.abort();
        },
      },
    );
    await expect(running).rejects.toThrow(EngineCrash);
    expect((await engine.call(loadModel, model)).id).toBe('demo-model');
  });

  test('gives a job up that keeps killing it', async () => {
    const engine = startEngine();
    const running = engine.call(
      compress,
      { ...model, job, text: sample, options: inTwo },
      { onProgress: () => engine.kill() },
    );
    await expect(running).rejects.toThrow(/died 3 times at the same place/);
  });

  test('hands over what the user can mend as a UserError of one sentence', async () => {
    const engine = startEngine();
    await expect(engine.call(loadModel, { ...model, folder: '/nowhere' })).rejects.toThrow(UserError);
    await expect(engine.call(compress, { ...model, job, text: '', options: {} })).rejects.toThrow(
      'There is no text to compress; select some.',
    );
    await expect(
      engine.call(compress, { ...model, job, text: 'x'.repeat(3000), options: { segmentLength: 2000 } }),
    ).rejects.toThrow(/has 1024/);
    await expect(engine.call(decode, { ...model, file: new Uint8Array(20), name: 'zeros.proto' })).rejects.toThrow(
      /zeros\.proto/,
    );
    expect((await engine.call(loadModel, model)).architecture).toBe('llama');
  });

  test('does not lose a job when another one beside it takes longer to end than it may', async () => {
    // The other one is late as soon as it is cancelled.
    const engine = startEngine({ graceMilliseconds: 0 });
    const controller = new AbortController();
    const restarts: string[] = [];
    let other: Promise<unknown> | undefined;
    const request = { ...model, text: sample, options: inTwo };
    const { summary } = await engine.call(
      compress,
      { ...request, job: 'kept' },
      {
        onRestart: reason => restarts.push(reason),
        onProgress: () => {
          const cancel = { signal: controller.signal, onProgress: () => controller.abort() };
          other ??= engine.call(compress, { ...request, job: 'cancelled' }, cancel);
        },
      },
    );
    await other?.catch(() => undefined);
    expect(controller.signal.aborted).toBe(true);
    expect(restarts).toEqual([]);
    expect(summary.accuracy).toBe(1);
  });
});
