import { InvalidArgumentError } from 'commander';
import { demoModel } from '../src/cli/engine.ts';
import { parametersOf } from '../src/runtime/engine/model-memory.ts';
import type { FrozenModel } from '../src/runtime/models/frozen-model.ts';
import { devicesToTry } from '../src/runtime/onnxruntime/device.ts';
import type { DeviceName } from '../src/runtime/onnxruntime/device-names.ts';
import { chooseDevice } from '../src/runtime/onnxruntime/device-probe.ts';
import type { Precision } from '../src/runtime/training/model-graph.ts';
import { runSelf } from './child.ts';
import { agreement, type DeviceStep, longest, timeDeviceStep, type Way } from './device-step.ts';
import { type Comparison, memoryOf, pyTorchRows, reasonOf } from './devices-pytorch.ts';
import { type GraphCost, stepCost } from './graph-cost.ts';
import { names } from './options.ts';
import { type CheckpointForm, openFrozenModel, withRandomCheckpoint } from './random-checkpoint.ts';
import { type BenchmarkShape, configOf, fullSizes, shapes } from './shapes.ts';
import { gigaflops, megabytes, milliseconds, printNote, printTable } from './table.ts';

export interface DevicesOptions {
  /** All that can be tried when left out. */
  readonly devices?: readonly DeviceName[];
  /** Some small ones when left out. */
  readonly only?: readonly BenchmarkModel[];
  /** Those that suit each model when left out, as with the batches. */
  readonly tokens?: readonly number[];
  readonly batches?: readonly number[];
  readonly repetitions: number;
  readonly pytorch: boolean;
}

export interface BenchmarkModel {
  readonly name: string;
  readonly tokens: readonly number[];
  readonly batches: readonly number[];
  /** Undefined where PyTorch is not compared. */
  readonly shape: BenchmarkShape | undefined;
  readonly use: (work: (model: FrozenModel) => Promise<void>) => Promise<void>;
}

/** Lengths of Table 4 of the paper (version 2). */
function lengthsOfTable4(name: string): readonly number[] {
  const all = [32, 64, 128, 256, 512];
  return all.slice(0, name.startsWith('Pythia') ? 3 : name.endsWith('1B') ? 4 : 5);
}

const random = (shape: BenchmarkShape, tokens: readonly number[], form: Partial<CheckpointForm>): BenchmarkModel => ({
  name: shape.name,
  tokens,
  batches: [1, 4],
  shape,
  use: work => withRandomCheckpoint(shape, async folder => work(await openFrozenModel(folder)), form),
});

const small: readonly BenchmarkModel[] = [
  {
    name: 'demo model',
    tokens: [16, 128],
    batches: [1, 4, 32],
    shape: undefined,
    use: async work => work(await openFrozenModel(demoModel)),
  },
  ...shapes.map(shape => random(shape, [128], {})),
];
const paper = fullSizes.map(({ shape, dtype, shards }) =>
  random(shape, lengthsOfTable4(shape.name), { dtype, shards }),
);

/** Models by name, with commas between; `paper` is all of its six. @throws InvalidArgumentError when there is none. */
export function modelList(text: string): readonly BenchmarkModel[] {
  return names(text).flatMap(name => {
    if (name === 'paper') return paper;
    const found = [...paper, ...small].find(model => model.name === name);
    if (found) return [found];
    const known = new Set(['paper', ...[...paper, ...small].map(model => model.name)]);
    throw new InvalidArgumentError(`It must be some of ${[...known].join(', ')}.`);
  });
}

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
  rows: number,
  { flops, kernels }: Pick<GraphCost, 'flops' | 'kernels'>,
  measured: DeviceStep,
  reference: DeviceStep | undefined,
): string[] {
  const timed = [
    milliseconds(measured.load),
    milliseconds(measured.firstRun),
    milliseconds(measured.step),
    gigaflops(flops, measured.step),
    Math.round(rows / measured.step).toString(),
    String(kernels),
    memoryOf(measured.memory),
  ];
  if (!reference || measured === reference) return [...timed, '-', '-', '-'];
  const { equalPredictions, predictions, nllError, gradientError } = agreement(measured, reference);
  return [...timed, `${equalPredictions}/${predictions}`, nllError.toExponential(1), gradientError.toExponential(1)];
}

/**
 * The table of a model and a length of the texts: each batch on each device, at both precisions. A row that fails leaves the
 * others alone.
 */
export async function compareDevices(
  name: string,
  model: FrozenModel,
  tokens: number,
  comparison: Comparison,
): Promise<void> {
  const { devices, batches, repetitions, shape } = comparison;
  const { flops } = stepCost(model, tokens);
  const rows: string[][] = [];
  const failures: string[] = [];
  const ways = devices.flatMap(device => precisions.map((precision): Way => ({ device, precision })));
  for (const batch of batches) {
    const measured = new Map<Way, DeviceStep>();
    for (const way of ways) {
      try {
        measured.set(way, await timeDeviceStep(model, way, { tokens, batch }, repetitions));
      } catch (error) {
        failures.push(`${labelOf(way)}, batch ${batch}: ${reasonOf(error)}`);
      }
    }
    const reference = ways.find(({ device, precision }) => device === 'cpu' && precision === 'float32');
    for (const way of ways) {
      const step = measured.get(way);
      const whole = { flops: batch * flops, kernels: stepCost(model, tokens, way).kernels };
      const cells = step ? rowOf(batch * tokens, whole, step, reference && measured.get(reference)) : ['failed'];
      rows.push([labelOf(way), String(batch), ...cells]);
    }
  }
  if (shape) rows.push(...(await pyTorchRows(shape, tokens, flops, comparison)));
  printTable(
    `Devices: ${name}, N=${tokens}, ${(flops / 1e9).toFixed(2)} GFLOP a text, median of up to ${repetitions}`,
    [
      'device',
      'batch',
      'load',
      'first run',
      'step',
      'GFLOP/s',
      'tokens/s',
      'kernels',
      'memory',
      'equal',
      'nll',
      'gradient',
    ],
    rows,
  );
  for (const failure of failures) printNote(failure);
}

const roundsFactors = (): boolean => process.env.NVIDIA_TF32_OVERRIDE === '1';
const precisions: readonly Precision[] = ['float32', 'low'];

function labelOf({ device, precision }: Way): string {
  if (precision === 'low') return device === 'cpu' ? 'cpu, 8 bits' : `${device}, 16 bits`;
  return device === 'cuda' && roundsFactors() ? 'cuda, TF32' : device;
}

/** The training step on every device, and how far its results are from those of the CPU. */
export async function benchmarkDevices(options: DevicesOptions): Promise<void> {
  const { devices, only, tokens, batches, repetitions, pytorch } = options;
  const working = await workingDevices(devices ?? devicesToTry());
  if (!working.length) return;
  if (!working.some(device => device !== 'cpu')) printNote('No card could be had: the processor alone was measured.');
  for (const { name, shape, ...model } of only ?? small) {
    const needed = shape ? 4 * parametersOf(configOf(shape)) : 0;
    if (needed > 0.9 * process.availableMemory()) {
      printNote(`${name}: left out, its weights need ${megabytes(needed)} of memory while they are loaded.`);
      continue;
    }
    await model.use(async opened => {
      const comparison = { devices: working, batches: batches ?? model.batches, repetitions };
      const compared = { ...comparison, shape: pytorch ? shape : undefined };
      for (const n of tokens ?? model.tokens) await compareDevices(name, opened, n, compared);
    });
  }
  printNote(`batch: texts in one step. Repetitions of a row end after ${longest} s; no device falls back to the CPU.`);
  printNote(
    'kernels: nodes that compute something in every step. memory: all of the process, or what was taken of a card.',
  );
  printNote('equal: predictions that are those of the CPU; nll, gradient: relative error against the CPU.');
  if (working.includes('cuda') && !roundsFactors()) await againWithTf32(options);
}

/** The runtime reads the variable when it first opens the card, so this takes a process of its own. */
async function againWithTf32({ only, tokens, batches, repetitions }: DevicesOptions): Promise<void> {
  const list = (name: string, values: readonly (string | number)[] | undefined): string[] =>
    values ? [`--${name}`, values.join(',')] : [];
  process.env.NVIDIA_TF32_OVERRIDE = '1';
  const rest = [
    ...list(
      'only',
      only?.map(({ name }) => name),
    ),
    ...list('tokens', tokens),
    ...list('batches', batches),
  ];
  const common = ['--devices', 'cuda', '--repetitions', String(repetitions), '--no-pytorch'];
  process.stdout.write(await runSelf(['devices', ...common, ...rest]));
}
