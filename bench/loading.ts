import { copyFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { demoModel, sampleText } from '../src/cli/engine.ts';
import { compress } from '../src/runtime/compression/compress.ts';
import { compressionOptions } from '../src/runtime/compression/options.ts';
import { type Model, openModel } from '../src/runtime/models/model.ts';
import type { Precision } from '../src/runtime/training/model-graph.ts';
import { type ModelSession, Sessions } from '../src/runtime/training/sessions.ts';
import { processStatus } from './process-status.ts';
import { withRandomCheckpoint } from './random-checkpoint.ts';
import { type BenchmarkShape, llama1B } from './shapes.ts';
import { printNote, printTable } from './table.ts';

/** What loading and steps of a precision take, in seconds. */
interface Timed {
  load: number;
  readonly steps: number[];
}

/** Counts what is loaded, and times loading and steps. */
export class TimedSessions extends Sessions {
  loads = 0;
  readonly exact: Timed = { load: 0, steps: [] };
  /** At low precision. */
  readonly drafted: Timed = { load: 0, steps: [] };
  private readonly seen = new Set<ModelSession>();

  override async training(model: Model, precision?: Precision): Promise<ModelSession> {
    const start = performance.now();
    const loaded = await super.training(model, precision);
    if (!this.seen.has(loaded))
      this.watch(loaded, start, precision === 'low' && (await this.drafts()) ? this.drafted : this.exact);
    return loaded;
  }

  private watch(loaded: ModelSession, start: number, timed: Timed): void {
    this.seen.add(loaded);
    this.loads++;
    timed.load += (performance.now() - start) / 1000;
    const { session } = loaded;
    const run = session.run.bind(session);
    session.run = async (shape, feeds, wanted) => {
      const begin = performance.now();
      const outputs = await run(shape, feeds, wanted);
      if ((feeds.wants_gradient?.values[0] ?? 0) === 1) timed.steps.push((performance.now() - begin) / 1000);
      return outputs;
    };
  }
}

/** A text whose segments do not come out right in their few evaluations, so that they are split again and again. */
interface Case {
  readonly shape: BenchmarkShape;
  readonly dtype: 'F32' | 'BF16';
  readonly tokens: number;
  readonly evaluations: number;
}

const small: BenchmarkShape = {
  name: 'small model, 128,256 tokens',
  settings: {
    ...llama1B.settings,
    hidden_size: 256,
    num_hidden_layers: 2,
    num_attention_heads: 4,
    num_key_value_heads: 2,
    intermediate_size: 1024,
  },
};

const cases: readonly Case[] = [
  { shape: small, dtype: 'F32', tokens: 910, evaluations: 2 },
  { shape: { ...llama1B, name: 'Llama-3.2-1B' }, dtype: 'BF16', tokens: 53, evaluations: 6 },
];

/** The beginning of the sample, again and again, of so many tokens. */
export async function textOf({ tokenizer }: Model, tokens: number): Promise<string> {
  const ids = tokenizer.encode((await readFile(sampleText, 'utf8')).repeat(10));
  return tokenizer.decode(ids.slice(0, tokens));
}

const seconds = (value: number): string => `${value.toFixed(1)} s`;
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

async function measure({ shape, tokens, evaluations }: Case, folder: string): Promise<string[]> {
  // Random weights read any text: the demo model's tokenizer fits into their vocabulary.
  await copyFile(join(demoModel, 'tokenizer.json'), join(folder, 'tokenizer.json'));
  const model = await openModel(folder);
  const sessions = new TimedSessions({ device: 'cpu', prepareWeights: true });
  const start = performance.now();
  let lastStep = start;
  const { summary } = await compress({
    model,
    device: 'cpu',
    sessions,
    text: await textOf(model, tokens),
    options: compressionOptions.parse({ budget: evaluations }),
    cancelled: () => false,
    onProgress: () => {
      lastStep = performance.now();
    },
  });
  const [total, finishing] = [(performance.now() - start) / 1000, (performance.now() - lastStep) / 1000];
  const peak = ((await processStatus('VmHWM')) ?? 0) / 1e6;
  await sessions.dispose();
  const { load, steps } = sessions.exact;
  const needed = load + sum(steps);
  return [
    shape.name,
    String(summary.tokens),
    String(summary.segments),
    String(summary.evaluations),
    String(sessions.loads),
    seconds(load),
    seconds(sum(steps)),
    seconds(finishing),
    seconds(total),
    (total / needed).toFixed(2),
    `${peak.toFixed(1)} GB`,
  ];
}

export interface LoadingOptions {
  /** The small model only. */
  readonly small: boolean;
}

/** What loading and finishing take of a compression whose segments are split again and again. */
export async function benchmarkLoading(options: LoadingOptions): Promise<void> {
  const rows: string[][] = [];
  for (const one of options.small ? cases.slice(0, 1) : cases)
    await withRandomCheckpoint(one.shape, async folder => void rows.push(await measure(one, folder)), {
      dtype: one.dtype,
    });
  printTable(
    'Loading, stepping and finishing, CPU, random weights',
    ['shape', 'tokens', 'segments', 'evaluations', 'loads', 'loading', 'steps', 'finishing', 'total', 'ratio', 'peak'],
    rows,
  );
  printNote('steps: all runs of the graph with gradients. ratio: the total by loading and steps alone.');
}
