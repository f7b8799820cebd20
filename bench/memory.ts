import { z } from 'zod';
import { runSelf } from './child.ts';
import { type GraphCost, stepCost } from './graph-cost.ts';
import type { MemoryUse } from './memory-case.ts';
import { processStatus } from './process-status.ts';
import { openFrozenModel, withRandomCheckpoint } from './random-checkpoint.ts';
import { configOf, shapes } from './shapes.ts';
import { megabytes, printNote, printTable } from './table.ts';

export interface MemoryOptions {
  readonly tokens: readonly number[];
}

const bytes = z.number();
const useSchema = z.object({ start: bytes, peakOfLoading: bytes, loaded: bytes, peakOfSteps: bytes, end: bytes });

function useRow(name: string, n: number, prepared: boolean, cost: GraphCost, use: MemoryUse): string[] {
  // What stays in its file are pages of it, which the system may drop at any time; what is packed are two copies.
  const weights = prepared ? 2 * cost.weightBytes : 0;
  return [
    name,
    String(n),
    prepared ? 'packed' : 'mapped',
    megabytes(cost.weightBytes),
    megabytes(weights + cost.activationBytes),
    megabytes(cost.activationBytes),
    megabytes(use.loaded - use.start),
    megabytes(use.end - use.start),
    megabytes(use.peakOfLoading),
    megabytes(use.peakOfSteps),
  ];
}

/** Peak memory of loading and of a step against what weights and activations must take. */
export async function benchmarkMemory({ tokens }: MemoryOptions): Promise<void> {
  if ((await processStatus('VmHWM')) === undefined) {
    printNote('Peak memory is read from /proc, which only Linux has.');
    return;
  }
  const uses: string[][] = [];
  const largest: string[][] = [];
  for (const shape of shapes)
    await withRandomCheckpoint(shape, async folder => {
      const model = await openFrozenModel(folder);
      for (const n of tokens) {
        const cost = stepCost(model, n);
        const logits = n * configOf(shape).vocabularySize * 4;
        largest.push([shape.name, String(n), megabytes(logits), cost.largest.type, megabytes(cost.largest.bytes)]);
        for (const prepared of [true, false]) {
          const output = await runSelf(['memory-case', folder, String(n), ...(prepared ? ['--prepared'] : [])]);
          uses.push(useRow(shape.name, n, prepared, cost, useSchema.parse(JSON.parse(output))));
        }
      }
    });
  printTable(
    'Memory of loading and of two steps, CPU, one process each',
    ['shape', 'N', 'weights', 'file', 'needed', 'activations', 'own, loaded', 'own, stepped', 'peak, loading', 'peak'],
    uses,
  );
  printNote('needed: two packed copies of the weights (none when mapped) and the activations, those from the graph.');
  printNote('own: growth of the memory that is no mapped file. Peaks (VmHWM) count pages of the weights file, too.');
  printTable(
    'The logits never exist whole',
    ['shape', 'N', 'whole logits', 'largest tensor of the graph', 'its size'],
    largest,
  );
}
