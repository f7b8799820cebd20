import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import type { FrozenModel } from '../src/runtime/models/frozen-model.ts';
import { Sessions } from '../src/runtime/training/sessions.ts';
import { stepCost } from './graph-cost.ts';
import { cube, LargeProduct } from './large-product.ts';
import { openFrozenModel, withRandomCheckpoint } from './random-checkpoint.ts';
import { shapes } from './shapes.ts';
import { gigaflops, milliseconds, percent, printNote, printTable } from './table.ts';
import { median, secondsOf } from './timing.ts';
import { trainingStep } from './training-step.ts';

export interface ProfileOptions {
  readonly tokens: number;
  readonly repetitions: number;
}

/** Runs before those that count. */
export const warmUps = 2;
/** The names that products have after the runtime has fused what it can. */
const products = /Gemm|MatMul/;

const traceSchema = z.array(
  z.object({
    cat: z.string(),
    name: z.string(),
    ts: z.number(),
    dur: z.number().default(0),
    args: z.object({ op_name: z.string().optional() }).optional(),
  }),
);
type Trace = z.infer<typeof traceSchema>;

interface OperatorTime {
  readonly operator: string;
  /** Per step. */
  readonly calls: number;
  readonly seconds: number;
}

interface StepProfile {
  readonly operators: readonly OperatorTime[];
  /** Per step, with the profiler's own cost. */
  readonly seconds: number;
  /** Of that within the runtime's run. */
  readonly runSeconds: number;
}

async function readTrace(folder: string): Promise<Trace> {
  const [file] = await readdir(folder);
  if (!file) throw new Error('the runtime wrote no profile');
  return traceSchema.parse(JSON.parse(await readFile(join(folder, file), 'utf8')));
}

/** Runs some work under the runtime's profiler, whose file is written when a session ends its profiling. */
export async function traced<T>(work: (profilePrefix: string) => Promise<T>): Promise<readonly [T, Trace]> {
  const folder = await mkdtemp(join(tmpdir(), 'proto-tokens-profile-'));
  try {
    return [await work(join(folder, 'step')), await readTrace(folder)];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What each operator took in each of the `steps` runs after the warm-ups. */
export function operatorTimes(trace: Trace, steps: number): Omit<StepProfile, 'seconds'> {
  const runs = trace.filter(({ name }) => name === 'model_run').sort((a, b) => a.ts - b.ts);
  const first = runs[warmUps]?.ts ?? 0;
  const sums = new Map<string, { calls: number; microseconds: number }>();
  for (const { cat, name, ts, dur, args } of trace) {
    if (cat !== 'Node' || !name.endsWith('kernel_time') || ts < first || !args?.op_name) continue;
    const { calls, microseconds } = sums.get(args.op_name) ?? { calls: 0, microseconds: 0 };
    sums.set(args.op_name, { calls: calls + 1, microseconds: microseconds + dur });
  }
  const operators = [...sums].map(([operator, { calls, microseconds }]) => ({
    operator,
    calls: calls / steps,
    seconds: microseconds / 1e6 / steps,
  }));
  const runSeconds = runs.slice(warmUps).reduce((sum, { dur }) => sum + dur, 0) / 1e6 / steps;
  return { operators: operators.sort((a, b) => b.seconds - a.seconds), runSeconds };
}

async function profileStep(model: FrozenModel, { tokens, repetitions }: ProfileOptions): Promise<StepProfile> {
  const [total, trace] = await traced(async profilePrefix => {
    const sessions = new Sessions({ device: 'cpu', prepareWeights: true, profilePrefix });
    try {
      const step = trainingStep(model, tokens, sessions);
      for (let warmUp = 0; warmUp < warmUps; warmUp++) await step();
      const seconds: number[] = [];
      for (let repetition = 0; repetition < repetitions; repetition++) seconds.push(await secondsOf(step));
      (await sessions.training(model)).session.endProfiling();
      return seconds.reduce((sum, value) => sum + value, 0) / repetitions;
    } finally {
      await sessions.dispose();
    }
  });
  return { seconds: total, ...operatorTimes(trace, repetitions) };
}

function printProfile(
  name: string,
  tokens: number,
  flops: number,
  rate: number,
  { operators, seconds, runSeconds }: StepProfile,
): void {
  const row = (label: string, calls: string, time: number): string[] => [
    label,
    calls,
    milliseconds(time),
    percent(time / seconds),
  ];
  const sum = (times: readonly OperatorTime[]): number => times.reduce((total, time) => total + time.seconds, 0);
  const inProducts = sum(operators.filter(({ operator }) => products.test(operator)));
  printTable(
    `Where a step goes: ${name}, N=${tokens}, CPU`,
    ['operator', 'calls', 'time', 'share'],
    [
      ...operators.map(({ operator, calls, seconds: time }) => row(operator, String(calls), time)),
      row('between operators', '', runSeconds - sum(operators)),
      row('outside the runtime', '', seconds - runSeconds),
      row('whole step', '', seconds),
    ],
  );
  printNote(
    `Matrix products: ${percent(inProducts / seconds)} of the step, at ${gigaflops(flops, inProducts)} GFLOP/s; ` +
      `one large product ran at ${gigaflops(rate, 1)} (${percent(flops / inProducts / rate)}).`,
  );
}

/** What a step spends in each operator, by the runtime's own profiler. */
export async function benchmarkProfile(options: ProfileOptions): Promise<void> {
  const yardstick = await LargeProduct.create('cpu', cube);
  for (const shape of shapes)
    await withRandomCheckpoint(shape, async folder => {
      const model = await openFrozenModel(folder);
      const before = await yardstick.flopsPerSecond();
      const profile = await profileStep(model, options);
      const rates = [before, await yardstick.flopsPerSecond(), await yardstick.flopsPerSecond()];
      printProfile(shape.name, options.tokens, stepCost(model, options.tokens).flops, median(rates), profile);
    });
  await yardstick.dispose();
}
