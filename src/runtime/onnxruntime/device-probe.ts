import { messageOf } from '../errors.ts';
import type { DeviceState, PassedOver } from '../results/devices.ts';
import { deviceError, deviceProblem, devicesToTry } from './device.ts';
import { type ChosenDevice, DeviceMemory } from './device-memory.ts';
import { type DeviceChoice, type DeviceName, deviceNames } from './device-names.ts';
import { gigaflops, type Trial, TrialEnded, type Try, tryDevice } from './device-trial.ts';

const updateDriver = 'Update the driver of the graphics card.';
/** Largest relative error of a device's numbers: 32-bit sums in another order give a thousandth of it, 16 bits more. */
const largestError = 1e-3;

/** Greatest error of a device's numbers, relative to the largest of the processor's. */
function errorOf(actual: Float32Array, expected: Float32Array): number {
  let [error, largest] = [0, 0];
  for (const [i, value] of expected.entries()) {
    const difference = Math.abs((actual[i] ?? Number.NaN) - value);
    error = Number.isNaN(difference) ? Number.POSITIVE_INFINITY : Math.max(error, difference);
    largest = Math.max(largest, Math.abs(value));
  }
  return error / largest;
}

const whereAbsent: Readonly<Record<DeviceName, string>> = {
  cpu: 'no build of the runtime is without it',
  webgpu: 'the runtime has it on Windows, macOS, and Linux with x64 processors',
  cuda: 'the runtime has it on Linux with x64 processors',
  dml: 'DirectML exists on Windows only',
};

type Found =
  | { readonly device: DeviceName; readonly works: true; readonly seconds: number }
  | { readonly device: DeviceName; readonly works: false; readonly reason: string; readonly remedy: string };

/** Tries a device, and holds its numbers against the processor's. */
async function find(device: DeviceName, attempt: Try, cpu: Trial): Promise<Found> {
  try {
    const { seconds, numbers } = device === 'cpu' ? cpu : await attempt(device);
    const error = errorOf(numbers, cpu.numbers);
    if (error <= largestError) return { device, works: true, seconds };
    const reason = `its numbers differ from the processor's by ${(100 * error).toPrecision(2)} %`;
    return { device, works: false, reason, remedy: updateDriver };
  } catch (error) {
    if (error instanceof TrialEnded) return { device, works: false, reason: messageOf(error), remedy: updateDriver };
    return { device, works: false, ...deviceProblem(device, error) };
  }
}

export interface Choosing {
  readonly tried?: readonly DeviceName[];
  readonly attempt?: Try;
  readonly memory?: DeviceMemory;
}

/** Whether a device is to be used: the processor, or one that is faster. A driver may only emulate a graphics card. */
const isWorthIt = (found: Found, cpu: Trial): boolean =>
  found.works && (found.device === 'cpu' || found.seconds < cpu.seconds);

/** What each device can do here: every one that the runtime knows is tried; the one that "auto" takes is used. */
export async function diagnoseDevices({
  tried = devicesToTry(),
  attempt = tryDevice,
}: Omit<Choosing, 'memory'> = {}): Promise<DeviceState[]> {
  const cpu = await attempt('cpu');
  const found: Found[] = [];
  for (const device of tried) found.push(await find(device, attempt, cpu));
  const used = found.find(one => isWorthIt(one, cpu))?.device;
  const order = [...tried, ...deviceNames.filter(device => !tried.includes(device))];
  return order.map(device => {
    const one = found.find(other => other.device === device);
    if (!one) return { device, gigaflops: null, state: 'absent', reason: whereAbsent[device], remedy: '' };
    if (!one.works) return { device, gigaflops: null, state: 'unusable', reason: one.reason, remedy: one.remedy };
    const rate = gigaflops(one.seconds);
    if (device === used) return { device, gigaflops: rate, state: 'used', reason: '', remedy: '' };
    const slower = device !== 'cpu' && one.seconds >= cpu.seconds;
    return {
      device,
      gigaflops: rate,
      state: 'slower',
      reason: slower ? 'slower than the processor in a matrix product' : `${used} comes first and works`,
      remedy: `choose it with --device ${device} or in the settings to use it all the same`,
    };
  });
}

/** The first device in the platform's order that works, computes what the processor computes and is faster than it. */
async function best(tried: readonly DeviceName[], attempt: Try): Promise<ChosenDevice> {
  const cpu = await attempt('cpu');
  const others: PassedOver[] = [];
  for (const device of tried) {
    const found = await find(device, attempt, cpu);
    if (found.works && isWorthIt(found, cpu)) {
      const rate = `${gigaflops(found.seconds)} GFLOP/s`;
      const against = device === 'cpu' ? '' : ` against the processor's ${gigaflops(cpu.seconds)}`;
      return { device, reason: `${rate}${against}`, others };
    }
    if (!found.works) others.push({ device, reason: found.reason, remedy: found.remedy });
    else
      others.push({
        device,
        reason: `slower than the processor: ${gigaflops(found.seconds)} GFLOP/s`,
        remedy: `Choose the device "${device}" to use it all the same.`,
      });
  }
  throw new Error(`no device works: ${others.map(({ reason }) => reason).join('; ')}`);
}

/**
 * The device to compute on. A named one must work. `auto` tries those that there are in the platform's best order; what
 * came of it is remembered.
 *
 * @throws UserError when a named device cannot be used.
 */
export async function chooseDevice(
  choice: DeviceChoice,
  { tried = devicesToTry(), attempt = tryDevice, memory = new DeviceMemory() }: Choosing = {},
): Promise<ChosenDevice> {
  if (choice === 'cpu') return { device: 'cpu', reason: 'as chosen', others: [] };
  if (choice !== 'auto') {
    try {
      await attempt(choice);
      return { device: choice, reason: 'as chosen', others: [] };
    } catch (error) {
      throw deviceError(choice, error);
    }
  }
  const known = await memory.recall();
  if (known && tried.includes(known.device)) return known;
  const chosen = await best(tried, attempt);
  await memory.keep(chosen);
  return chosen;
}
