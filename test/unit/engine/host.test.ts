import { symlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { EngineCrash } from '../../../src/runtime/engine/crash.ts';
import type { EngineHost } from '../../../src/runtime/engine/host.ts';
import { Cancelled, UserError } from '../../../src/runtime/errors.ts';
import { loadModel, tokenize, tokenTexts } from '../../../src/runtime/operations/models.ts';
import type { ModelRequest } from '../../../src/runtime/operations/operation.ts';
import { glance, largeModel, measure, openFor, vastModel } from '../../support/gated-engine.ts';
import { gatedEngine } from '../../support/gated-engine-bundle.ts';
import { pidOf, startHost as startGatedHost, working } from '../../support/gated-host.ts';
import { temporaryFolder } from '../../support/paths.ts';

const modulePath = gatedEngine();
const small = { folder: 'small', device: 'cpu' } as const;
const other = { folder: 'other', device: 'cpu' } as const;
const large = { folder: largeModel, device: 'cpu' } as const;

const startHost = (onLoaded?: (request: ModelRequest) => void): EngineHost =>
  startGatedHost({ modulePath: modulePath(), ...(onLoaded && { onLoaded }) });

/** A request that has to wait, and what it says it waits for. */
function waiting(host: EngineHost, signal?: AbortSignal) {
  const said: (string | undefined)[] = [];
  let begun: () => void = () => undefined;
  const waits = new Promise<void>(resolve => {
    begun = resolve;
  });
  const onWait = (reason: string | undefined): void => {
    said.push(reason);
    begun();
  };
  const answer = host.call(loadModel, large, signal ? { onWait, signal } : { onWait });
  answer.catch(() => undefined);
  return { answer, waits, said };
}

describe('models that fit beside one another', () => {
  test('have a process each, and stay', async () => {
    const host = startHost();
    const first = await working(host, small);
    const second = await working(host, other);
    expect(second.pid).not.toBe(first.pid);
    await second.end();
    expect(await second.answer).toBe('work');
    expect(await host.call(openFor, { ...other, gate: 'none' })).toBe(second.pid);
    await first.end();
    expect(await first.answer).toBe('work');
  });

  test('do not take one another along when one dies', async () => {
    const host = startHost();
    const first = await working(host, small);
    const second = await working(host, other);
    process.kill(second.pid, 'SIGKILL');
    await expect(second.answer).rejects.toThrow(EngineCrash);
    await first.end();
    expect(await first.answer).toBe('work');
  });

  test('are opened once, however many ask at the same time', async () => {
    const host = startHost();
    const pids = await Promise.all(Array.from({ length: 5 }, () => host.call(openFor, { ...small, gate: 'none' })));
    expect(new Set(pids).size).toBe(1);
    expect(host.pids).toEqual([pids[0]]);
  });
});

describe('a model on a device has one process,', () => {
  const auto = { folder: 'small', device: 'auto' } as const;

  test.each([
    { way: 'the device is named, then "auto" takes it', first: small, second: auto },
    { way: '"auto" takes a device, then it is named', first: auto, second: small },
  ])('whether $way', async ({ first, second }) => {
    const loaded: ModelRequest[] = [];
    const host = startHost(request => loaded.push(request));
    const pid = await pidOf(host, first);
    for (const model of [second, first, second]) expect(await pidOf(host, model)).toBe(pid);
    expect(host.pids).toEqual([pid]);
    // Each way of asking is told once what it has led to.
    expect(loaded.map(({ device }) => device)).toEqual([first.device, second.device]);
  });

  test('also when both ways are asked at the same time', async () => {
    const host = startHost();
    const pids = await Promise.all([auto, small, auto, small].map(model => pidOf(host, model)));
    expect(new Set(pids).size).toBe(1);
    expect(host.pids).toEqual([pids[0]]);
  });

  test('whichever way its folder is named', async () => {
    const host = startHost();
    const [folder, link] = [temporaryFolder(), join(temporaryFolder(), 'link')];
    symlinkSync(folder, link);
    const pid = await pidOf(host, { folder, device: 'cpu' });
    for (const other of [link, `${folder}/`, join(folder, '..', basename(folder))])
      expect(await pidOf(host, { folder: other, device: 'auto' })).toBe(pid);
    expect(host.pids).toEqual([pid]);
  });

  test('while it is worked with, which goes on', async () => {
    const host = startHost();
    const { answer, pid, end } = await working(host, small);
    expect(await pidOf(host, auto)).toBe(pid);
    await end();
    expect(await answer).toBe('work');
  });

  test('and one of its own on another device', async () => {
    const host = startHost();
    const pid = await pidOf(host, auto);
    expect(await pidOf(host, { folder: 'small', device: 'webgpu' })).not.toBe(pid);
    expect(host.pids).toHaveLength(2);
  });

  test('and is found again by both ways after a restart', async () => {
    const host = startHost();
    await pidOf(host, auto);
    const { answer, pid } = await working(host, small);
    host.restart();
    await expect(answer).rejects.toThrow(EngineCrash);
    const after = await pidOf(host, auto);
    expect(after).not.toBe(pid);
    expect(await pidOf(host, small)).toBe(after);
    expect(host.pids).toEqual([after]);
  });
});

test('what only reads and comes to need the weights is asked of the process that holds them', async () => {
  const host = startHost();
  const pid = await host.call(openFor, { ...small, gate: 'none' });
  expect(await host.call(tokenTexts, { ...small, ids: [] })).toEqual([String(pid)]);
  expect(host.pids).toContain(pid);
  expect(host.pids).toHaveLength(2);
});

test('what only reads is answered while a model is worked with, and by no process of a model', async () => {
  const host = startHost();
  const { answer, pid, end } = await working(host, small);
  expect(await host.call(tokenize, { ...small, text: 'a' })).toEqual([]);
  expect(host.pids.filter(other => other !== pid)).toHaveLength(1);
  await end();
  await answer;
});

describe('a model that does not fit beside another', () => {
  test('takes its place when nobody uses it', async () => {
    const host = startHost();
    const pid = await host.call(openFor, { ...small, gate: 'none' });
    expect(await host.call(openFor, { ...large, gate: 'none' })).not.toBe(pid);
    expect(host.pids).toHaveLength(1);
  });

  test('waits for work with it, and says for which', async () => {
    const host = startHost();
    const { answer, end } = await working(host, small);
    const { answer: loaded, waits, said } = waiting(host);
    await waits;
    expect(said).toEqual(['small']);
    // Looks at the model that is worked with are answered as ever.
    await host.call(openFor, { ...small, gate: 'none' });
    expect(said).toEqual(['small']);
    await end();
    expect(await answer).toBe('work');
    expect(await loaded).toMatchObject({ id: 'model' });
    expect(said).toEqual(['small', undefined]);
  });

  test('can be given up while it waits; the work goes on', async () => {
    const host = startHost();
    const { answer, pid, end } = await working(host, small);
    const controller = new AbortController();
    const { answer: loaded, waits, said } = waiting(host, controller.signal);
    await waits;
    controller.abort();
    await expect(loaded).rejects.toThrow(Cancelled);
    expect(said).toEqual(['small', undefined]);
    expect(host.pids).toEqual([pid]);
    await end();
    expect(await answer).toBe('work');
  });

  test('is held as it can be when it is alone', async () => {
    const host = startHost();
    expect(await host.call(loadModel, large)).toMatchObject({ id: 'model' });
  });
});

describe('a look at a model that cannot be trained with beside another', () => {
  test('is answered while work with the other goes on; training waits', async () => {
    const host = startHost();
    const { answer, pid, end } = await working(host, small);
    const looked = await host.call(glance, large);
    expect(looked).not.toBe(pid);
    const { answer: loaded, waits } = waiting(host);
    await waits;
    // Also while it waits.
    expect(await host.call(glance, large)).toBe(looked);
    await end();
    expect(await answer).toBe('work');
    expect(await loaded).toMatchObject({ id: 'model' });
    expect(host.pids).toEqual([looked]);
  });

  test('is answered by the process that trains, where there is one', async () => {
    const host = startHost();
    const { answer, pid, end } = await working(host, small);
    expect(await host.call(glance, small)).toBe(pid);
    expect(await host.call(glance, { ...small, device: 'auto' })).toBe(pid);
    await end();
    await answer;
  });

  test('is answered where the model is too large to train with, before and after that was refused', async () => {
    const host = startHost();
    const vast = { folder: vastModel, device: 'cpu' } as const;
    const pid = await host.call(glance, vast);
    await expect(host.call(loadModel, vast)).rejects.toThrow(UserError);
    expect(await host.call(glance, vast)).toBe(pid);
  });
});

test('a model that cannot be opened is tried again at the next request', async () => {
  const host = startHost();
  for (let i = 0; i < 2; i++)
    await expect(host.call(loadModel, { folder: 'broken', device: 'cpu' })).rejects.toThrow(UserError);
  expect(host.pids).toEqual([]);
});

test('a call is given up at once while its model is opened, and others go on', async () => {
  const host = startHost();
  const controller = new AbortController();
  const call = host.call(openFor, { folder: 'slow', device: 'cpu', gate: 'none' }, { signal: controller.signal });
  call.catch(() => undefined);
  const pid = await host.call(openFor, { ...small, gate: 'none' });
  controller.abort();
  await expect(call).rejects.toThrow(Cancelled);
  expect(await host.call(openFor, { ...small, gate: 'none' })).toBe(pid);
});

test('held bytes are sent once to each process that they are named to', async () => {
  const host = startHost();
  const bytes = new Uint8Array(10);
  const release = host.hold(bytes);
  for (let i = 0; i < 3; i++) expect(await host.call(measure, { bytes })).toEqual({ length: 10, sent: 1 });
  release();
  await host.call(measure, { bytes });
  host.hold(bytes);
  expect(await host.call(measure, { bytes })).toEqual({ length: 10, sent: 2 });
});
