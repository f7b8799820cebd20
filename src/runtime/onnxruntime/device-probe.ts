import { messageOf } from '../errors.ts';
import { GraphBuilder } from '../graph/graph.ts';
import { serialize } from '../graph/onnx.ts';
import type { DeviceState } from '../results/devices.ts';
import { deviceError, deviceProblem, devicesToTry } from './device.ts';
import { type DeviceChoice, type DeviceName, deviceNames } from './device-names.ts';
import { GraphSession } from './session.ts';

export interface ChosenDevice {
  readonly device: DeviceName;
  /** Why this one, in words for the user. */
  readonly reason: string;
}

const size = 768;

/** Seconds for one product of two 768 x 768 matrices, the second run of it. Opens the device, so throws where there is none. */
async function secondsPerProduct(device: DeviceName): Promise<number> {
  const graph = new GraphBuilder();
  const x = graph.input('x', 'float32', [size, size]);
  graph.output('total', graph.sum(graph.matmul(x, x), [0, 1]));
  const session = await GraphSession.create(serialize(graph), { device, packWeights: true });
  try {
    const feeds = { x: { values: new Float32Array(size * size).fill(1 / size), shape: [size, size] } };
    await session.run(feeds);
    const start = performance.now();
    await session.run(feeds);
    return (performance.now() - start) / 1000;
  } finally {
    await session.dispose();
  }
}

const gigaflops = (seconds: number): number => Math.round((2 * size ** 3) / seconds / 1e9);

const whereAbsent: Readonly<Record<DeviceName, string>> = {
  cpu: 'no build of the runtime is without it',
  webgpu: 'the runtime has it on Windows, macOS, and Linux with x64 processors',
  cuda: 'the runtime has it on Linux with x64 processors',
  dml: 'DirectML exists on Windows only',
};

/** What each device can do here: every one that the runtime knows is opened and timed, as `chooseDevice` does. */
export async function diagnoseDevices(): Promise<DeviceState[]> {
  const tried = devicesToTry();
  const states: DeviceState[] = [];
  for (const device of deviceNames) {
    const none = { device, gigaflops: null };
    if (!tried.includes(device)) {
      states.push({ ...none, state: 'absent', reason: whereAbsent[device], remedy: '' });
      continue;
    }
    try {
      const rate = gigaflops(await secondsPerProduct(device));
      states.push({ device, state: 'slower', gigaflops: rate, reason: '', remedy: '' });
    } catch (error) {
      states.push({ ...none, state: 'unusable', ...deviceProblem(device, error) });
    }
  }
  const fastest = Math.max(...states.map(({ gigaflops: rate }) => rate ?? 0));
  const used = states.find(({ gigaflops: rate }) => rate === fastest);
  return states.map(state => {
    if (state === used) return { ...state, state: 'used' };
    if (state.state !== 'slower' || !used) return state;
    const remedy = `choose it with --device ${state.device} or in the settings to use it all the same`;
    return { ...state, reason: `slower than ${used.device} in a matrix product`, remedy };
  });
}

/**
 * The device to compute on. A named one must work. `auto` opens every device there is, times a matrix product on each
 * and takes the fastest: a driver that only emulates a graphics card is found out this way.
 *
 * @throws UserError when a named device cannot be used.
 */
export async function chooseDevice(choice: DeviceChoice): Promise<ChosenDevice> {
  if (choice === 'cpu') return { device: 'cpu', reason: 'as chosen' };
  if (choice !== 'auto') {
    try {
      await secondsPerProduct(choice);
      return { device: choice, reason: 'as chosen' };
    } catch (error) {
      throw deviceError(choice, error);
    }
  }
  const timed: { device: DeviceName; seconds: number }[] = [];
  const failed: string[] = [];
  for (const device of devicesToTry()) {
    try {
      timed.push({ device, seconds: await secondsPerProduct(device) });
    } catch (error) {
      failed.push(`${device}: ${messageOf(error).split('\n')[0]}`);
    }
  }
  const [fastest] = timed.sort((a, b) => a.seconds - b.seconds);
  if (!fastest) throw new Error(`no device works: ${failed.join('; ')}`);
  const rates = timed.map(({ device, seconds }) => `${device} ${gigaflops(seconds)} GFLOP/s`);
  return { device: fastest.device, reason: `fastest of ${rates.join(', ')}` };
}
