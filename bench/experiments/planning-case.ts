import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { demoModel } from '../../src/cli/engine.ts';
import { type Cell, type CellOutcome, outcomeSchema } from '../../src/runtime/experiments/cell.ts';
import type { ChosenExperiment } from '../../src/runtime/experiments/experiment.ts';
import { Ground } from '../../src/runtime/experiments/ground.ts';
import { experimentOf } from '../../src/runtime/experiments/index.ts';
import { planOf, reportRecords } from '../../src/runtime/experiments/run.ts';
import { TextTokens } from '../../src/runtime/experiments/text-tokens.ts';
import { randomTexts } from '../../src/runtime/experiments/texts.ts';
import { Planner } from '../../src/runtime/experiments/wanted.ts';
import { openModel } from '../../src/runtime/models/model.ts';
import { Records } from '../../src/runtime/work/records.ts';
import { processStatus } from '../process-status.ts';
import { processorSecondsOf } from '../timing.ts';

/** Of the processor. */
const seconds = z.number();
export const planningSchema = z.object({
  cells: z.number(),
  texts: z.number(),
  /** Tokens of the texts. */
  tokens: seconds,
  /** How many cells there are at most, before anything is known. */
  plan: seconds,
  /** Which cells are wanted next: nothing is over, then everything is. */
  first: seconds,
  last: seconds,
  report: seconds,
  /** Bytes, at the most. */
  peak: z.number(),
});
export type Planning = z.output<typeof planningSchema>;

/** Of each text: more than the longest prefix has tokens. */
const words = 20;
/** Relative to the bundle in dist/. */
const list = fileURLToPath(new URL('../bench/words.txt', import.meta.url));

/** As if it had been computed; half of the longer ones have failed. */
function outcomeOf(cell: Cell, index: number): CellOutcome {
  const right = cell.length > 8 && index % 2 ? cell.length - 1 : cell.length;
  return outcomeSchema.parse({
    ...cell,
    correct: cell.texts.map(() => right),
    evaluations: 57,
    seconds: 0.7312,
    information: cell.texts.map(() => 3.25 * cell.length),
    problem: null,
  });
}

/** Stage after stage, each planned from what those before it have shown. */
async function fill(experiment: ChosenExperiment, ground: Ground, path: string): Promise<number> {
  const records = await Records.open(path, outcomeSchema, 'record of an experiment');
  const found = (cell: Cell) => records.find(ground.keyOf(cell));
  for (const stage of experiment.stages(ground.readTexts())) {
    const wanted = new Map(stage(found).map(cell => [ground.keyOf(cell), cell] as const));
    await records.appendAll([...wanted].map(([key, cell], i) => [key, outcomeOf(cell, i)] as const));
  }
  return records.size;
}

/** Plans and reports an experiment whose cells are all made up, in a process of its own. */
export async function measurePlanning(name: string, texts: number, settings: object): Promise<Planning> {
  const model = await openModel(demoModel);
  const folder = await mkdtemp(join(tmpdir(), 'proto-tokens-planning-'));
  try {
    const experiment = experimentOf(name).choose('quick', { ...settings, texts });
    const source = await randomTexts(list, texts, words, 0);
    const request = {
      ...{ experiment, model, records: join(folder, 'cells.jsonl') },
      texts: source.texts.map(({ text }) => text),
    };
    const read = TextTokens.of(model.tokenizer, request.texts);
    const tokens = await processorSecondsOf(() => Promise.resolve(request.texts.map((_, i) => read.at(i))));
    const plan = await processorSecondsOf(() => Promise.resolve(planOf(experiment, model.tokenizer, request.texts)));
    const first = await processorSecondsOf(() => new Planner().wanted(request));
    const cells = await fill(experiment, Ground.of(model, request.texts), request.records);
    const last = await processorSecondsOf(() => new Planner().wanted(request));
    const report = await processorSecondsOf(() => reportRecords(request));
    const peak = 1024 * ((await processStatus('VmHWM')) ?? Number.NaN);
    return { cells, texts, tokens, plan, first, last, report, peak };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
