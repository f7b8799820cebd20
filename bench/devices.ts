import { demoModel } from '../src/cli/engine.ts';
import { messageOf } from '../src/runtime/errors.ts';
import type { FrozenModel } from '../src/runtime/models/frozen-model.ts';
import { devicesToTry } from '../src/runtime/onnxruntime/device.ts';
import type { DeviceName } from '../src/runtime/onnxruntime/device-names.ts';
import { chooseDevice } from '../src/runtime/onnxruntime/device-probe.ts';
import { agreement, type DeviceStep, longest, timeDeviceStep } from './device-step.ts';
import { stepCost } from './graph-cost.ts';
import { openFrozenModel, withRandomCheckpoint } from './random-checkpoint.ts';
import { shapes } from './shapes.ts';
import { gigaflops, milliseconds, printNote, printTable } from './table.ts';

export interface DevicesOptions {
  /** All that can be tried when left out. */
  readonly devices?: readonly DeviceName[];
  /** Those that suit each model when left out, as with the batches. */
  readonly tokens?: readonly number[];
  readonly batches?: readonly number[];
  readonly repetitions: number;
}

interface BenchmarkModel {
  readonly name: string;
  readonly tokens: readonly number[];
  readonly batches: readonly number[];
  readonly use: (work: (model: FrozenModel) => Promise<void>) => Promise<void>;
}

const models: readonly BenchmarkModel[] = [
  {
    name: 'demo model',
    tokens: [16, 128],
    batches: [1, 4, 32],
    use: async work => work(await openFrozenModel(demoModel)),
  },
  ...shapes.map(shape => ({
    name: shape.name,
    tokens: [128],
    batches: [1, 4],
    use: (work: (model: FrozenModel) => Promise<void>) =>
      withRandomCheckpoint(shape, async folder => work(await openFrozenModel(folder))),
  })),
];

/** One line of what was thrown; the runtime's messages have many. */
const reasonOf = (thrown: unknown): string => messageOf(thrown).split('\n')[0]?.slice(0, 300) ?? '';

/** Those devices that work at all; tells of the others why they do not. */
export async function workingDevices(devices: readonly DeviceName[]): Promise<DeviceName[]> {
  const working: DeviceName[] = [];
  for (const device of devices) {
    try {
      await chooseDevice(device);
      working.push(device);
    } catch (error) {
      printNote(`${device}: ${reasonOf(error)}`);
    }
  }
  return working;
}

function rowOf(
  device: DeviceName,
  rows: number,
  flops: number,
  measured: DeviceStep,
  reference: DeviceStep | undefined,
): string[] {
  const timed = [
    milliseconds(measured.load),
    milliseconds(measured.firstRun),
    milliseconds(measured.step),
    gigaflops(flops, measured.step),
    Math.round(rows / measured.step).toString(),
  ];
  if (!reference || device === 'cpu') return [...timed, '-', '-', '-'];
  const { equalPredictions, predictions, nllError, gradientError } = agreement(measured, reference);
  return [...timed, `${equalPredictions}/${predictions}`, nllError.toExponential(1), gradientError.toExponential(1)];
}

/** The table of a model and a length of the texts: each batch on each device. A row that fails leaves the others alone. */
export async function compareDevices(
  name: string,
  model: FrozenModel,
  tokens: number,
  { devices, batches, repetitions }: Required<Omit<DevicesOptions, 'tokens'>>,
): Promise<void> {
  const { nodes, flops } = stepCost(model, tokens);
  const rows: string[][] = [];
  const failures: string[] = [];
  for (const batch of batches) {
    const measured = new Map<DeviceName, DeviceStep>();
    for (const device of devices) {
      try {
        measured.set(device, await timeDeviceStep(model, device, { tokens, batch }, repetitions));
      } catch (error) {
        failures.push(`${device}, batch ${batch}: ${reasonOf(error)}`);
      }
    }
    for (const device of devices) {
      const step = measured.get(device);
      const cells = step ? rowOf(device, batch * tokens, batch * flops, step, measured.get('cpu')) : ['failed'];
      rows.push([device, String(batch), ...cells]);
    }
  }
  printTable(
    `Devices: ${name}, N=${tokens}, ${nodes} nodes, ${(flops / 1e9).toFixed(2)} GFLOP a text, median of up to ${repetitions}`,
    ['device', 'batch', 'load', 'first run', 'step', 'GFLOP/s', 'tokens/s', 'equal', 'nll', 'gradient'],
    rows,
  );
  for (const failure of failures) printNote(failure);
}

/** The training step on every device, and how far its results are from those of the CPU. */
export async function benchmarkDevices({ devices, tokens, batches, repetitions }: DevicesOptions): Promise<void> {
  const working = await workingDevices(devices ?? devicesToTry());
  if (!working.length) return;
  for (const model of models)
    await model.use(async opened => {
      const options = { devices: working, batches: batches ?? model.batches, repetitions };
      for (const n of tokens ?? model.tokens) await compareDevices(model.name, opened, n, options);
    });
  printNote(`batch: texts in one step. Repetitions of a row end after ${longest} s; no device falls back to the CPU.`);
  printNote('equal: predictions that are those of the CPU; nll, gradient: relative error against the CPU.');
}
