import { availableParallelism } from 'node:os';
import { messageOf } from '../src/runtime/errors.ts';
import type { DeviceName } from '../src/runtime/onnxruntime/device-names.ts';
import { threadsFrom } from '../src/runtime/onnxruntime/threads.ts';
import { longest } from './device-step.ts';
import { findPyTorch, PyTorch } from './pytorch.ts';
import type { BenchmarkShape } from './shapes.ts';
import { gigaflops, megabytes, milliseconds } from './table.ts';
import { median } from './timing.ts';

/** What is compared for a model and a length. */
export interface Comparison {
  readonly devices: readonly DeviceName[];
  readonly batches: readonly number[];
  readonly repetitions: number;
  /** Compared with PyTorch where it is given. */
  readonly shape?: Pick<BenchmarkShape, 'settings'> | undefined;
}

/** One line of what was thrown; the runtime's messages have many. */
export const reasonOf = (thrown: unknown): string => messageOf(thrown).split('\n')[0]?.slice(0, 300) ?? '';

export const memoryOf = (bytes: number | undefined | null): string => (bytes ? megabytes(bytes) : '-');

/** Rows of PyTorch eager on the same card or processor, at each precision that it has there. */
export async function pyTorchRows(
  shape: Pick<BenchmarkShape, 'settings'>,
  tokens: number,
  flops: number,
  { devices, batches, repetitions }: Comparison,
): Promise<string[][]> {
  const interpreter = await findPyTorch();
  if (!interpreter) return [['PyTorch', 'not installed']];
  const rows: string[][] = [];
  for (const device of ['cuda', 'cpu'] as const) {
    if (!devices.includes(device)) continue;
    const precisions = device === 'cuda' ? (['float32', 'tf32', 'bfloat16'] as const) : (['float32'] as const);
    for (const precision of precisions) {
      const label = `${device}, PyTorch ${precision}`;
      try {
        const threads = threadsFrom(process.env) ?? availableParallelism();
        const pyTorch = await PyTorch.start(interpreter, shape, threads, { device, precision, transformers: true });
        try {
          for (const batch of batches) {
            const [seconds, memory] = await pyTorchStep(pyTorch, tokens, batch, repetitions);
            const rate = [gigaflops(batch * flops, seconds), Math.round((batch * tokens) / seconds).toString()];
            const cells = [milliseconds(seconds), ...rate, '-', memoryOf(memory)];
            rows.push([`${label} (${pyTorch.name})`, String(batch), '-', '-', ...cells]);
          }
        } finally {
          pyTorch.stop();
        }
      } catch (error) {
        rows.push([label, 'failed', reasonOf(error)]);
      }
    }
  }
  return rows;
}

/** The median, and the most memory of a card. */
async function pyTorchStep(pyTorch: PyTorch, tokens: number, batch: number, repetitions: number) {
  await pyTorch.measure(tokens, batch);
  const steps: Awaited<ReturnType<typeof pyTorch.measure>>[] = [];
  const start = performance.now();
  do steps.push(await pyTorch.measure(tokens, batch));
  while (steps.length < repetitions && performance.now() - start < 1000 * longest);
  return [median(steps.map(({ seconds }) => seconds)), steps.at(-1)?.memory] as const;
}
