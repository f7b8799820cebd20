import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { EngineCrash } from '../../../src/runtime/engine/crash.ts';
import type { EngineHost } from '../../../src/runtime/engine/host.ts';
import type { ModelRequest } from '../../../src/runtime/operations/operation.ts';
import { largeModel, trainOn } from '../../support/gated-engine.ts';
import { gatedEngine } from '../../support/gated-engine-bundle.ts';
import { pidOf, startHost, working } from '../../support/gated-host.ts';
import { temporaryFolder } from '../../support/paths.ts';

const modulePath = gatedEngine();
const auto = { folder: 'small', device: 'auto' } as const;
const cpu = { folder: 'small', device: 'cpu' } as const;
const webgpu = { folder: 'small', device: 'webgpu' } as const;

/** A host in which "auto" takes WebGPU until that has failed, and what it tells of models. */
function failing() {
  const told: string[] = [];
  const device = join(temporaryFolder(), 'device');
  writeFileSync(device, 'webgpu');
  const host = startHost({
    modulePath: modulePath(),
    environment: () => ({ GATED_DEVICE: device }),
    onLoaded: ({ device: asked }, { device }) => told.push(`${asked} is ${device}`),
    onLost: ({ device }) => told.push(`${device} is lost`),
  });
  return { host, told };
}

/** Begins work of two steps that stops after the first one until its process dies; it then goes on. */
async function training(host: EngineHost, model: ModelRequest, onWait = (_reason?: string): void => undefined) {
  const file = join(temporaryFolder(), 'count');
  writeFileSync(file, '0');
  const restarts: string[] = [];
  let answer = Promise.resolve(0);
  await new Promise<void>(resolve => {
    const onRestart = (reason: string): void => void restarts.push(reason);
    answer = host.call(trainOn, { ...model, file, end: 2 }, { onProgress: () => resolve(), onRestart, onWait });
  });
  return { answer, restarts, pid: await pidOf(host, model) };
}

test('after a crash "auto" is chosen anew, and work goes on in the process that has the model on what is taken then', async () => {
  const { host, told } = failing();
  const other = await working(host, cpu);
  const { answer, restarts, pid } = await training(host, auto);
  expect(pid).not.toBe(other.pid);
  process.kill(pid, 'SIGKILL');
  expect(await answer).toBe(2);
  expect(restarts).toHaveLength(1);
  for (const model of [auto, cpu]) expect(await pidOf(host, model)).toBe(other.pid);
  expect(host.pids).toEqual([other.pid]);
  expect(told).toEqual(['cpu is cpu', 'auto is webgpu', 'auto is lost', 'auto is cpu']);
  await other.end();
  expect(await other.answer).toBe('work');
});

test('after a crash whoever has named the device gets it again, and "auto" what it takes then', async () => {
  const { host, told } = failing();
  const { answer, pid } = await working(host, auto);
  expect(await pidOf(host, webgpu)).toBe(pid);
  process.kill(pid, 'SIGKILL');
  await expect(answer).rejects.toThrow(EngineCrash);
  const named = await pidOf(host, webgpu);
  const taken = await pidOf(host, auto);
  expect(taken).not.toBe(named);
  expect(await pidOf(host, cpu)).toBe(taken);
  expect(await pidOf(host, webgpu)).toBe(named);
  expect(host.pids).toHaveLength(2);
  const before = ['auto is webgpu', 'webgpu is webgpu', 'auto is lost', 'webgpu is lost'];
  expect(told).toEqual([...before, 'webgpu is webgpu', 'auto is cpu', 'cpu is cpu']);
});

test('after a restart "auto" takes what it took: no device has failed', async () => {
  const { host, told } = failing();
  const { answer } = await working(host, auto);
  host.restart();
  await expect(answer).rejects.toThrow(EngineCrash);
  await pidOf(host, auto);
  expect(told).toEqual(['auto is webgpu', 'auto is lost', 'auto is webgpu']);
});

test('after a crash a model for which there is no room any more waits for it', async () => {
  const { host } = failing();
  const said: (string | undefined)[] = [];
  let tell: () => void = () => undefined;
  const waits = new Promise<void>(resolve => {
    tell = resolve;
  });
  const { answer, pid } = await training(host, { folder: largeModel, device: 'cpu' }, reason => {
    said.push(reason);
    tell();
  });
  const other = await working(host, cpu);
  process.kill(pid, 'SIGKILL');
  await waits;
  expect(said).toEqual(['small']);
  expect(host.pids).toEqual([other.pid]);
  await other.end();
  expect(await answer).toBe(2);
});
