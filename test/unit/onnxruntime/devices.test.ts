import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { DeviceMemory } from '../../../src/runtime/onnxruntime/device-memory.ts';
import type { DeviceName } from '../../../src/runtime/onnxruntime/device-names.ts';
import { chooseDevice, diagnoseDevices } from '../../../src/runtime/onnxruntime/device-probe.ts';
import { type Try, tryDevice } from '../../../src/runtime/onnxruntime/device-trial.ts';
import { trialsApart } from '../../../src/runtime/onnxruntime/trial-process.ts';
import { inRepository, temporaryFolder } from '../../support/paths.ts';

const all = ['cuda', 'webgpu', 'cpu'] as const;
const nowhere = new DeviceMemory('');

/** Devices that take so many seconds, compute so much too much, or throw. */
function machine(
  devices: Partial<Record<DeviceName, { seconds: number; error?: number }>>,
): Try & { tried: DeviceName[] } {
  const tried: DeviceName[] = [];
  const attempt: Try = device => {
    tried.push(device);
    const found = devices[device];
    if (!found) return Promise.reject(new Error(`${device} has no driver`));
    return Promise.resolve({ seconds: found.seconds, numbers: Float32Array.of(1 + (found.error ?? 0), 2) });
  };
  return Object.assign(attempt, { tried });
}

const memory = (): DeviceMemory => new DeviceMemory(join(temporaryFolder(), 'devices.json'));

test('auto takes the first device in the order that is faster than the processor, and tries no further one', async () => {
  const attempt = machine({ cuda: { seconds: 0.1 }, webgpu: { seconds: 0.05 }, cpu: { seconds: 1 } });
  expect(await chooseDevice('auto', { tried: all, attempt, memory: nowhere })).toMatchObject({ device: 'cuda' });
  expect(attempt.tried).toEqual(['cpu', 'cuda']);
});

test('a device that is missing, computes something else or only emulates a card is passed over, and the reason says so', async () => {
  const wrong = machine({ webgpu: { seconds: 0.1, error: 0.1 }, cpu: { seconds: 1 } });
  const chosen = await chooseDevice('auto', { tried: all, attempt: wrong, memory: nowhere });
  expect(chosen.device).toBe('cpu');
  expect(chosen.others.map(({ device }) => device)).toEqual(['cuda', 'webgpu']);
  expect(chosen.others[1]?.reason).toBe("its numbers differ from the processor's by 5.0 %");
  for (const { remedy } of chosen.others) expect(remedy).not.toBe('');
  const states = await diagnoseDevices({ tried: all, attempt: wrong });
  expect(states.find(({ device }) => device === 'webgpu')).toMatchObject({
    state: 'unusable',
    remedy: 'Update the driver of the graphics card.',
  });
  const slow = machine({ webgpu: { seconds: 3 }, cpu: { seconds: 1 } });
  const { others } = await chooseDevice('auto', { tried: all, attempt: slow, memory: nowhere });
  expect(others[1]?.reason).toMatch(/slower than the processor/);
});

test('a device that gives no number is not used', async () => {
  const attempt = machine({ webgpu: { seconds: 0.1, error: Number.NaN }, cpu: { seconds: 1 } });
  expect((await chooseDevice('auto', { tried: all, attempt, memory: nowhere })).device).toBe('cpu');
});

test('what was found is remembered, and forgotten when a setting changes, after a day, and when the device fails', async () => {
  const kept = memory();
  const attempt = machine({ cuda: { seconds: 0.1 }, cpu: { seconds: 1 } });
  const choose = () => chooseDevice('auto', { tried: all, attempt, memory: kept });
  const first = await choose();
  expect(await choose()).toEqual(first);
  expect(attempt.tried).toHaveLength(2);

  vi.stubEnv('LD_LIBRARY_PATH', '/another/cuda');
  onTestFinished(() => void vi.unstubAllEnvs());
  expect(await kept.recall()).toBeUndefined();
  vi.unstubAllEnvs();
  expect(await kept.recall()).toEqual(first);
  expect(await kept.recall(Date.now() + 25 * 60 * 60 * 1000)).toBeUndefined();

  await kept.forget();
  await choose();
  expect(attempt.tried).toHaveLength(4);
});

test('a file that is damaged is as good as none', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'devices.json');
  await writeFile(path, '{"ground": 1');
  const kept = new DeviceMemory(path);
  expect(await kept.recall()).toBeUndefined();
  await kept.keep({ device: 'cpu', reason: 'fast', others: [] });
  expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({ outcome: { device: 'cpu' } });
});

test('the test graph computes the same twice on the processor', async () => {
  const [one, other] = [await tryDevice('cpu'), await tryDevice('cpu')];
  expect(one.numbers).toEqual(other.numbers);
  expect(new Set(one.numbers).size).toBeGreaterThan(100);
});

test('a driver that ends the process which loads it, or never answers, costs no more than that process', async () => {
  const folder = temporaryFolder();
  const [aborting, hanging] = [join(folder, 'aborting.mjs'), join(folder, 'hanging.mjs')];
  await writeFile(aborting, "process.kill(process.pid, 'SIGABRT');");
  await writeFile(hanging, 'setInterval(() => undefined, 1000);');
  const choose = (attempt: Try) => chooseDevice('auto', { tried: ['webgpu', 'cpu'], attempt, memory: nowhere });
  const remedy = 'Update the driver of the graphics card.';
  const aborted = await choose(trialsApart(aborting));
  expect(aborted.device).toBe('cpu');
  expect(aborted.others).toEqual([
    { device: 'webgpu', reason: 'its driver ended the process that tried it (SIGABRT)', remedy },
  ]);
  expect((await choose(trialsApart(hanging, 1))).others).toEqual([
    { device: 'webgpu', reason: 'its driver did not answer within 0 s', remedy },
  ]);
});

test('the engine tries a device in a process of its own, and says what was found there', async () => {
  // No driver for Vulkan, whatever this machine has.
  vi.stubEnv('VK_DRIVER_FILES', '/nowhere.json');
  onTestFinished(() => void vi.unstubAllEnvs());
  const attempt = trialsApart(inRepository('dist/trial.mjs'));
  const { others } = await chooseDevice('auto', { tried: ['webgpu', 'cpu'], attempt, memory: nowhere });
  expect(others).toEqual([
    { device: 'webgpu', reason: expect.stringMatching(/WebGPU/i), remedy: expect.stringContaining('Vulkan') },
  ]);
});
