import { fileURLToPath } from 'node:url';
import { demoModel } from '../src/cli/engine.ts';
import { compress } from '../src/runtime/compression/compress.ts';
import { compressionOptions } from '../src/runtime/compression/options.ts';
import { type Model, openModel } from '../src/runtime/models/model.ts';
import type { CompressionSummary } from '../src/runtime/results/compression.ts';
import { Sessions } from '../src/runtime/training/sessions.ts';
import { readTexts } from './convergence/passages.ts';
import { printNote, printTable } from './table.ts';
import { median, processorSecondsOf } from './timing.ts';

/** Relative to the bundle in dist/. */
const sibling = fileURLToPath(new URL('../bench/models/neox-sibling', import.meta.url));
const recipes = ['lbfgs', 'lbfgs-draft'] as const;

interface Trained {
  readonly summary: CompressionSummary;
  /** Of the processor, all threads together. */
  readonly seconds: number;
}

async function train(
  model: Model,
  sessions: Sessions,
  recipe: (typeof recipes)[number],
  text: string,
): Promise<Trained> {
  let summary: CompressionSummary | undefined;
  const seconds = await processorSecondsOf(async () => {
    const options = compressionOptions.parse({ recipe, segmentLength: 512 });
    ({ summary } = await compress({
      ...{ model, sessions, device: 'cpu', text, options },
      cancelled: () => false,
      onProgress: () => undefined,
    }));
  });
  if (!summary) throw new Error('nothing was trained');
  return { summary, seconds };
}

/** The bundled models trained to the end, in float32 and drafted in 8 bits: seconds of the processor, as others use it, too. */
export async function benchmarkBundled(lengths: readonly number[], count: number): Promise<void> {
  const rows: string[][] = [];
  for (const folder of [demoModel, sibling]) {
    const model = await openModel(folder);
    const texts = readTexts(model.tokenizer, 'develop', 'prose', count);
    for (const recipe of recipes) {
      const sessions = new Sessions({ device: 'cpu', prepareWeights: true });
      const load = await processorSecondsOf(async () => {
        if (recipe === 'lbfgs-draft') await sessions.training(model, 'low');
        await sessions.training(model);
      });
      for (const length of lengths) {
        const trained: Trained[] = [];
        for (const text of texts)
          trained.push(await train(model, sessions, recipe, model.tokenizer.decode([...text.subarray(0, length)])));
        rows.push([
          model.id,
          String(length),
          recipe,
          `${load.toFixed(1)} s`,
          `${trained.filter(({ summary }) => summary.accuracy === 1 && summary.segments === 1).length} of ${trained.length}`,
          String(median(trained.map(({ summary }) => summary.evaluations))),
          `${median(trained.map(({ seconds }) => seconds)).toFixed(2)} s`,
        ]);
        process.stderr.write(`${rows.at(-1)?.join('  ')}\n`);
      }
      await sessions.dispose();
    }
  }
  printTable(
    `Bundled models, CPU, ${count} texts to develop on, one after the other, seconds of the processor`,
    ['model', 'N', 'recipe', 'load', 'right', 'evaluations', 'text'],
    rows,
  );
  printNote('load: all sessions of the recipe. text: the median of training, finishing and checking a text.');
}
