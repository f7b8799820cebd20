import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { UserError } from '../src/runtime/errors.ts';
import type { FrozenModel } from '../src/runtime/models/frozen-model.ts';
import type { DeviceName } from '../src/runtime/onnxruntime/device-names.ts';
import { type Feed, floats, integers, type Values } from '../src/runtime/onnxruntime/session.ts';
import { defaultArrangement, layoutOf, protoTokenKinds } from '../src/runtime/training/arrangement.ts';
import type { BatchShape } from '../src/runtime/training/batch.ts';
import { runFeeds } from '../src/runtime/training/feeds.ts';
import type { Precision } from '../src/runtime/training/model-graph.ts';
import { normalNumbers, uniformSource } from '../src/runtime/training/random.ts';
import { Sessions } from '../src/runtime/training/sessions.ts';
import { processStatus } from './process-status.ts';
import { median, secondsOf } from './timing.ts';

/** Seconds after which no further repetition starts. */
export const longest = 10;

export interface StepSize {
  /** Of each text. */
  readonly tokens: number;
  /** Texts that one step looks at together. */
  readonly batch: number;
}

/** What a step took on a device, in seconds, and what it computed. */
export interface DeviceStep {
  readonly load: number;
  readonly firstRun: number;
  /** The median of the later runs. */
  readonly step: number;
  readonly nll: Float32Array;
  readonly gradient: Float32Array;
  readonly predicted: Int32Array;
  /** Bytes: all of the process's own, or what model and steps have taken of a card's; undefined where nothing tells. */
  readonly memory: number | undefined;
}

/** How far a device's results are from those of another one. */
export interface Agreement {
  readonly equalPredictions: number;
  readonly predictions: number;
  readonly nllError: number;
  readonly gradientError: number;
}

export const shapeOf = ({ tokens, batch }: StepSize): BatchShape => ({
  batch,
  positions: tokens,
  kinds: protoTokenKinds.length,
  past: 0,
  looked: 0,
});

/** The same vectors and targets for every device. */
export function feedsOf({ config }: FrozenModel, size: StepSize): Record<string, Feed> {
  const { tokens, batch } = size;
  const uniform = uniformSource([batch], 'targets');
  const rows = batch * tokens;
  return runFeeds(config, 'training', shapeOf(size), {
    placed: Array.from({ length: batch }, (_, b) => ({
      protoTokens: protoTokenKinds.map(kind => normalNumbers(config.hiddenSize, [b], kind)),
      layout: layoutOf(defaultArrangement, tokens),
    })),
    targets: Int32Array.from({ length: rows }, () => Math.floor(uniform() * config.vocabularySize)),
    objective: {
      tokenWeights: new Float32Array(rows).fill(1 / tokens),
      sharpness: new Float32Array(rows).fill(1),
    },
    looked: new Int32Array(0),
    gradient: true,
  });
}

/** How a step is computed. */
export interface Way {
  readonly device: DeviceName;
  readonly precision: Precision;
}

export const exactly = (device: DeviceName): Way => ({ device, precision: 'float32' });

/**
 * Loads a step's graph on a device and runs it. No device but the CPU may leave a node to the CPU.
 *
 * @throws UserError when the device has no low precision; as GraphSession.create and GraphSession.run do: no memory, an
 *   operator that the device lacks.
 */
export async function timeDeviceStep(
  model: FrozenModel,
  { device, precision }: Way,
  size: StepSize,
  repetitions: number,
): Promise<DeviceStep> {
  // No constant depends on how many rows are looked at, and an example has some.
  const shape = { ...shapeOf(size), looked: 1 };
  const wanted = ['nll', 'gradient', 'predicted'];
  const feeds = feedsOf(model, size);
  const onCpu = device === 'cpu';
  const sessions = new Sessions({ device, prepareWeights: true, forbidFallback: !onCpu });
  const before = await memoryInUse(device);
  try {
    if (precision === 'low' && !(await sessions.drafts())) throw new UserError('it does not multiply so');
    const start = performance.now();
    const { session } = await sessions.training(model, precision);
    const load = (performance.now() - start) / 1000;
    let outputs: ReadonlyMap<string, Values> = new Map();
    const run = async (): Promise<void> => {
      outputs = await session.run(shape, feeds, wanted);
    };
    const firstRun = await secondsOf(run);
    // A device may still be settling in the second one.
    await run();
    const seconds = await secondsOfEach(run, repetitions);
    const after = await memoryInUse(device);
    return {
      memory: after && (onCpu ? after : after - (before ?? 0)),
      load,
      firstRun,
      step: median(seconds),
      nll: floats(outputs, 'nll'),
      gradient: floats(outputs, 'gradient'),
      predicted: integers(outputs, 'predicted'),
    };
  } finally {
    await sessions.dispose();
  }
}

/** Bytes in use of this process's own memory, or of an NVIDIA card's; undefined where nothing tells. */
async function memoryInUse(device: DeviceName): Promise<number | undefined> {
  if (device === 'cpu') {
    const kilobytes = await processStatus('RssAnon');
    return kilobytes && kilobytes * 1024;
  }
  const query = ['--query-gpu=memory.used', '--format=csv,noheader,nounits', '--id=0'];
  const mebibytes = await promisify(execFile)('nvidia-smi', query).then(
    ({ stdout }) => Number(stdout.trim()),
    () => Number.NaN,
  );
  return Number.isFinite(mebibytes) ? mebibytes * 2 ** 20 : undefined;
}

async function secondsOfEach(work: () => Promise<void>, repetitions: number): Promise<number[]> {
  const seconds: number[] = [];
  const start = performance.now();
  do seconds.push(await secondsOf(work));
  while (seconds.length < repetitions && performance.now() - start < 1000 * longest);
  return seconds;
}

/** Length of the difference, as a share of the length of what is expected. */
function relativeError(actual: Float32Array, expected: Float32Array): number {
  let [difference, size] = [0, 0];
  for (const [i, value] of expected.entries()) {
    difference += ((actual[i] ?? Number.NaN) - value) ** 2;
    size += value ** 2;
  }
  return Math.sqrt(difference / size);
}

/** Compares two devices' results of the same step. */
export function agreement(actual: DeviceStep, expected: DeviceStep): Agreement {
  return {
    equalPredictions: expected.predicted.filter((token, i) => token === actual.predicted[i]).length,
    predictions: expected.predicted.length,
    nllError: relativeError(actual.nll, expected.nll),
    gradientError: relativeError(actual.gradient, expected.gradient),
  };
}
