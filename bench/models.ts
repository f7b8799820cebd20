import { copyFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { demoModel } from '../src/cli/engine.ts';
import { parametersOf } from '../src/runtime/engine/model-memory.ts';
import { threadsFrom } from '../src/runtime/onnxruntime/threads.ts';
import type { RecipeName } from '../src/runtime/training/recipe-names.ts';
import { runWatched } from './child.ts';
import { type ModelUse, modelUse } from './models-case.ts';
import { findPyTorch, PyTorch } from './pytorch.ts';
import { withRandomCheckpoint } from './random-checkpoint.ts';
import { configOf, type FullSize, fullSizes } from './shapes.ts';
import { printNote, printTable } from './table.ts';
import { median } from './timing.ts';

export interface ModelsOptions {
  /** Names of the models that are wanted; all when left out. */
  readonly only?: readonly string[];
  readonly tokens: number;
  readonly evaluations: number;
  /** GiB of memory that the plans may count on; what is free when left out. */
  readonly free?: number;
  /** Paths of tokenizer.json; the demo model's when left out. */
  readonly neoxTokenizer?: string;
  readonly llamaTokenizer?: string;
  readonly pytorch: boolean;
}

const seconds = (value: number): string => `${value.toFixed(value < 1 ? 2 : 1)} s`;
const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;
const pyTorchSteps = 3;

/** Median seconds of a step in PyTorch eager in float32, where it is wanted and fits. */
async function pyTorchSeconds({ shape }: FullSize, tokens: number): Promise<string> {
  const needed = 4.5 * parametersOf(configOf(shape));
  if (needed > 0.8 * process.availableMemory()) return 'does not fit';
  const interpreter = await findPyTorch();
  if (!interpreter) return 'not installed';
  const pyTorch = await PyTorch.start(interpreter, shape, threadsFrom(process.env) ?? availableParallelism());
  try {
    await pyTorch.step(tokens);
    const steps: number[] = [];
    while (steps.length < pyTorchSteps) steps.push(await pyTorch.step(tokens));
    return seconds(median(steps));
  } finally {
    pyTorch.stop();
  }
}

async function useOf(
  size: FullSize,
  folder: string,
  recipe: RecipeName,
  options: ModelsOptions,
): Promise<[ModelUse, number | undefined]> {
  const { neoxTokenizer, llamaTokenizer, tokens, evaluations, free } = options;
  const given = configOf(size.shape).architecture === 'gpt_neox' ? neoxTokenizer : llamaTokenizer;
  await copyFile(given ?? join(demoModel, 'tokenizer.json'), join(folder, 'tokenizer.json'));
  const parameters = [
    folder,
    size.shape.name,
    String(tokens),
    String(evaluations),
    recipe,
    ...(free ? [String(free * 2 ** 30)] : []),
  ];
  const { output, peakOfOwn } = await runWatched(['models-case', ...parameters]);
  return [modelUse.parse(JSON.parse(output)), peakOfOwn];
}

/** What each recipe took, a row each; of a model that does not fit, why. */
async function measure(size: FullSize, folder: string, options: ModelsOptions): Promise<string[][] | string> {
  const rows: string[][] = [];
  for (const recipe of ['lbfgs', 'lbfgs-draft'] as const) {
    const [use, own] = await useOf(size, folder, recipe, options);
    if ('refused' in use) return use.refused;
    const compared = options.pytorch && recipe === 'lbfgs';
    rows.push([
      size.shape.name,
      size.dtype,
      String(size.shards),
      recipe,
      use.prepared ? 'prepared' : 'in their file',
      seconds(use.open),
      seconds(use.load),
      use.drafted === null ? '-' : seconds(use.drafted),
      seconds(use.evaluation),
      seconds(use.decode),
      gigabytes(use.planned),
      own === undefined ? '-' : gigabytes(own),
      gigabytes(use.peak),
      use.exact ? 'exact' : 'WRONG',
      compared ? await pyTorchSeconds(size, options.tokens) : '-',
    ]);
    process.stderr.write(`${rows.at(-1)?.join('  ')}\n`);
  }
  return rows;
}

/** Full-size checkpoints with random weights: opened, planned, loaded, trained for some evaluations, saved and decoded. */
export async function benchmarkModels(options: ModelsOptions): Promise<void> {
  const { only, tokens, evaluations } = options;
  const rows: string[][] = [];
  const refusals: string[] = [];
  for (const size of fullSizes) {
    const { shape, dtype, shards } = size;
    if (only && !only.includes(shape.name)) continue;
    // What cannot fit is refused from its headers; nobody needs to write its weights.
    const fits =
      2 * parametersOf(configOf(shape)) < 0.9 * (options.free ? options.free * 2 ** 30 : process.availableMemory());
    const measured = await withRandomCheckpoint(shape, folder => measure(size, folder, options), {
      dtype,
      shards,
      empty: !fits,
    });
    if (typeof measured === 'string') refusals.push(measured);
    else rows.push(...measured);
  }
  printTable(
    `Full-size models, CPU, random weights, ${tokens} tokens, ${evaluations} evaluations`,
    [
      'model',
      'file',
      'files',
      'recipe',
      'weights',
      'open',
      'load',
      'in 8 bits',
      'evaluation',
      'decode',
      'planned',
      'own',
      'peak',
      'text',
      'PyTorch',
    ],
    rows,
  );
  printNote('decode: of the file that was saved, opened anew: loading what it takes, and one pass.');
  printNote(
    'own: most memory that is no mapped file, looked at every 0.1 s; peak (VmHWM) counts pages of the file, too.',
  );
  printNote('PyTorch: a step of eager PyTorch in float32 with as many threads, afterwards, in a process of its own.');
  for (const refusal of refusals) printNote(refusal);
}
