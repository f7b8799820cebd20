import { counted } from '../counted.ts';
import type { Model } from '../models/model.ts';
import type { TextTokenizer } from '../models/tokenizer.ts';
import type { ContinuationWish } from '../operations/experiments.ts';
import type { ExperimentPlan, ExperimentProgress, ExperimentReport, FailedCell } from '../results/experiments.ts';
import { arrangements } from '../training/arrangement.ts';
import type { Sessions } from '../training/sessions.ts';
import type { Oracle } from '../work/item.ts';
import { Records } from '../work/records.ts';
import { type Cell, type CellOutcome, isComplete, outcomeSchema } from './cell.ts';
import { mostEvaluations } from './cell-kinds.ts';
import { computeCells } from './compute.ts';
import { type WrittenTexts, wishedTexts, writtenTexts } from './continuations.ts';
import type { ChosenExperiment, Lookup, ReadTexts } from './experiment.ts';
import { Ground } from './ground.ts';
import { isInShard, type Shard } from './shard.ts';
import { TextTokens } from './text-tokens.ts';

export interface ExperimentRun {
  readonly experiment: ChosenExperiment;
  readonly model: Model;
  readonly sessions: Sessions;
  readonly texts: readonly string[];
  /** Continuations that it is made on in place of the texts, unless it has its own. */
  readonly continuations?: ContinuationWish | undefined;
  /** Path of the file that has a line of JSON for every cell that is over. */
  readonly records: string;
  /** The part of the cells that is computed; all of them when left out. */
  readonly shard?: Shard | undefined;
  /** What evaluates candidates on the model; one of these sessions when left out. */
  readonly oracle?: Oracle | undefined;
  /** Takes a sentence on a checkpoint that cannot be read or written; the experiment goes on all the same. */
  readonly onNotice?: ((sentence: string) => void) | undefined;
  readonly cancelled: () => boolean;
  /** Whether progress brings a report now and then. */
  readonly live?: boolean | undefined;
  readonly onProgress: (progress: ExperimentProgress) => void;
}

const nothingYet = {
  cells: 0,
  done: 0,
  evaluations: 0,
  seconds: 0,
  cellsPerMinute: undefined,
  secondsLeft: undefined,
};

/** The texts that an experiment is made on: those that it is given, or what the model writes after them. */
export async function textsOf(
  { experiment, model, texts, records, continuations }: RecordsRequest,
  writing: Parameters<typeof writtenTexts>[1],
): Promise<WrittenTexts | undefined> {
  const wish = experiment.continuations ?? continuations;
  return wish ? await writtenTexts({ model, texts, wish, records }, writing) : { texts };
}

/**
 * Computes every cell of an experiment that is not in its records yet, cells of a stage side by side. Each is a line as it
 * ends, and what has not ended is kept in a checkpoint beside them, so that a killed run goes on where it was. A cell that
 * cannot be computed has the reason in its record, and the others go on.
 *
 * @returns whether it was cancelled
 * @throws UserError when the records are a file of something else.
 */
export async function runExperiment(run: ExperimentRun): Promise<boolean> {
  const { experiment, model, sessions, oracle, cancelled, shard } = run;
  const written = await textsOf(run, {
    sessions,
    cancelled,
    onText: (done, all) => run.onProgress({ ...nothingYet, texts: { done, all } }),
  });
  if (!written) return true;
  const ground = Ground.of(model, written.texts);
  const texts = ground.readTexts(written.contexts);
  const records = await Records.open(run.records, outcomeSchema, 'record of an experiment');
  const found: Lookup = cell => records.find(ground.keyOf(cell));
  const start = performance.now();
  const stages = experiment.stages(texts);
  let [doneNow, evaluations] = [0, 0];
  const isOurs = (cell: Cell): boolean => !shard || isInShard(shard, cell);
  /** Two rows of a table may have the same cell. */
  const distinct = (cells: readonly Cell[]): Map<string, Cell> =>
    new Map(cells.filter(isOurs).map(cell => [ground.keyOf(cell), cell]));

  let [planned, left] = [0, 0];
  /** Keys of the cells of stages that have been planned for good. */
  const begun = new Set<string>();
  /** Plans a stage, and counts it along with those that follow, as far as they are known before it. */
  const plan = (index: number): Map<string, Cell> => {
    const [cells = new Map<string, Cell>(), ...later] = stages.slice(index).map(stage => distinct(stage(found)));
    for (const key of cells.keys()) begun.add(key);
    const keys = new Set(begun);
    for (const stage of later) for (const key of stage.keys()) keys.add(key);
    [planned, left] = [keys.size, 0];
    for (const key of keys) if (!records.find(key)) left++;
    return cells;
  };
  const told = { cells: -1, at: 0, cost: 0 };
  /** What the cells so far show, if more have ended since it was last told; at most a twentieth of the time goes there. */
  const latestReport = async (): Promise<ExperimentReport | undefined> => {
    const now = performance.now();
    if (doneNow === told.cells || now - told.at < 20 * told.cost) return undefined;
    const latest = await resultsOf({ experiment, texts, ground, records, shard });
    const at = performance.now();
    Object.assign(told, { cells: doneNow, at, cost: at - now });
    return latest;
  };
  const report = async (): Promise<void> => {
    const seconds = (performance.now() - start) / 1000;
    const secondsLeft = doneNow ? (seconds / doneNow) * left : undefined;
    const cellsPerMinute = doneNow ? (60 * doneNow) / seconds : undefined;
    run.onProgress({
      cells: planned,
      done: planned - left,
      evaluations,
      seconds,
      cellsPerMinute,
      secondsLeft,
      report: run.live ? await latestReport() : undefined,
    });
  };
  const keep = async (outcome: CellOutcome): Promise<void> => {
    // Through the schema, so that a line has its fields in one order, whether it comes from a checkpoint or not.
    await records.append(ground.keyOf(outcome), outcomeSchema.parse(outcome));
    doneNow++;
    left--;
  };

  for (const index of stages.keys()) {
    const cells = plan(index);
    await report();
    const wanted = [...cells].flatMap(([key, cell]) => (records.find(key) || !isComplete(cell) ? [] : [cell]));
    const stopped = await computeCells(wanted, {
      ...{ ground, model, sessions, oracle, found, keep, cancelled, onNotice: run.onNotice },
      checkpoint: `${run.records}.checkpoint`,
      onRound: async spent => {
        evaluations += spent;
        await report();
      },
    });
    if (stopped) return true;
  }
  plan(stages.length);
  await report();
  return false;
}

/** A cell in words. */
function wordsOf({ texts, length, arrangement, shared, memory, seed, task }: Cell): string {
  const numbers = texts.length > 4 ? counted(texts.length, 'text') : `text ${texts.map(text => text + 1).join(', ')}`;
  const setting = memory ? counted(memory, '[mem] vector') : arrangements[arrangement].label;
  const common = shared === 'none' ? '' : `, shared ${shared}`;
  const what = task?.kind === 'curve' ? 'curve, ' : task?.kind === 'horizon' ? 'horizon, ' : '';
  const seeds = task?.kind === 'curve' ? `seeds ${seed} and ${task.otherSeed}` : `seed ${seed}`;
  return `${what}${numbers}, ${counted(length, 'token')}, ${setting}${common}, ${seeds}`;
}

/** What is shown, and of which cells it is counted how many are over. */
interface Shown extends Pick<ExperimentRun, 'experiment' | 'shard'> {
  readonly texts: ReadTexts;
  readonly ground: Ground;
  readonly records: Records<CellOutcome>;
}

/** What the cells that are there show, and which of them could not be computed. */
async function resultsOf({ experiment, texts, ground, records, shard }: Shown): Promise<ExperimentReport> {
  const { name, summary, paper, settings } = experiment;
  const found: Lookup = cell => records.find(ground.keyOf(cell));
  const planned = new Set<string>();
  for (const stage of experiment.stages(texts))
    for (const cell of stage(found)) if (!shard || isInShard(shard, cell)) planned.add(ground.keyOf(cell));
  let done = 0;
  const failures: FailedCell[] = [];
  for (const key of planned) {
    const outcome = records.find(key);
    if (outcome) done++;
    if (outcome && outcome.problem !== null) failures.push({ cell: wordsOf(outcome), problem: outcome.problem });
  }
  return {
    experiment: { name, summary, paper },
    settings: Object.entries(settings).map(([key, value]) => [key, String(value)]),
    done,
    cells: planned.size,
    ...(await experiment.report(texts, found)),
    failures,
  };
}

/** What an experiment takes at most: nothing is known yet that later cells could be left out for. */
export function planOf(
  experiment: ChosenExperiment,
  tokenizer: TextTokenizer,
  texts: readonly string[],
  continuations?: ContinuationWish,
): ExperimentPlan {
  const wish = experiment.continuations ?? continuations;
  const known = wish ? wishedTexts(wish, texts.length) : TextTokens.of(tokenizer, texts).lengths();
  const evaluations = new Map<string, number>();
  for (const stage of experiment.stages(known))
    for (const cell of stage(() => undefined)) evaluations.set(JSON.stringify(cell), mostEvaluations(cell));
  return { cells: evaluations.size, evaluations: [...evaluations.values()].reduce((sum, most) => sum + most, 0) };
}

/** What is to be reported. */
export type RecordsRequest = Pick<
  ExperimentRun,
  'experiment' | 'model' | 'texts' | 'continuations' | 'records' | 'shard'
>;

/** Writes the continuations that an experiment is made on, where they are not beside its records. */
export async function writeTexts(request: RecordsRequest, sessions: Sessions, cancelled: () => boolean): Promise<void> {
  await textsOf(request, { sessions, cancelled, onText: () => undefined });
}

/** Whether the continuations that an experiment is made on are not beside its records. */
export const lacksTexts = async (request: RecordsRequest): Promise<boolean> =>
  (await textsOf(request, undefined)) === undefined;

/**
 * What the records show; the model itself is not loaded for that, and nothing in the folder is changed: it may be one that
 * others compute in.
 *
 * @throws UserError as `runExperiment`.
 */
export async function reportRecords(request: RecordsRequest): Promise<ExperimentReport> {
  const { experiment, model, records: path, shard } = request;
  const { texts, contexts } = (await textsOf(request, undefined)) ?? { texts: [] };
  const ground = Ground.of(model, texts);
  const records = await Records.read(path, outcomeSchema, 'record of an experiment');
  return await resultsOf({ experiment, ground, records, shard, texts: ground.readTexts(contexts) });
}
