import { rm } from 'node:fs/promises';
import { counted } from '../counted.ts';
import { messageOf } from '../errors.ts';
import type { Model } from '../models/model.ts';
import type { ExperimentProgress, ExperimentReport } from '../results/experiments.ts';
import { arrangements } from '../training/arrangement.ts';
import { Evaluator } from '../training/evaluator.ts';
import type { Sessions } from '../training/sessions.ts';
import type { Oracle } from '../work/item.ts';
import { Records } from '../work/records.ts';
import { Work } from '../work/work.ts';
import { type Cell, type CellOutcome, outcomeSchema, positionsOf } from './cell.ts';
import type { ChosenExperiment, Lookup, TextLengths } from './experiment.ts';
import { Ground } from './ground.ts';
import { cellsOn } from './training.ts';

export interface ExperimentRun {
  readonly experiment: ChosenExperiment;
  readonly model: Model;
  readonly sessions: Sessions;
  readonly texts: readonly string[];
  /** Path of the file that has a line of JSON for every cell that is over. */
  readonly records: string;
  /** What evaluates candidates on the model; one of these sessions when left out. */
  readonly oracle?: Oracle | undefined;
  /** Takes a sentence on a checkpoint that cannot be read or written; the experiment goes on all the same. */
  readonly onNotice?: ((sentence: string) => void) | undefined;
  readonly cancelled: () => boolean;
  readonly onProgress: (progress: ExperimentProgress) => void;
}

/** The outcome of a cell that was not computed, and why. */
function failed(ground: Ground, cell: Cell, problem: string): CellOutcome {
  const correct = cell.texts.map(() => 0);
  return { ...cell, correct, evaluations: 0, seconds: 0, information: ground.informationOf(cell), problem };
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
  const { experiment, model, sessions, cancelled } = run;
  const ground = new Ground(model, sessions, run.texts);
  const texts = { lengths: ground.texts.map(({ length }) => length) };
  const records = await Records.open(run.records, outcomeSchema, 'record of an experiment');
  const found: Lookup = cell => records.find(ground.keyOf(cell));
  const oracle = run.oracle ?? new Evaluator(model, sessions);
  const checkpoint = `${run.records}.checkpoint`;
  const start = performance.now();
  const stages = experiment.stages(texts);
  let [doneNow, evaluations] = [0, 0];
  /** Two rows of a table may have the same cell. */
  const distinct = (cells: readonly Cell[]): Cell[] => [
    ...new Map(cells.map(cell => [ground.keyOf(cell), cell])).values(),
  ];

  let [planned, left] = [0, 0];
  /** Counts what is planned, as far as is known before the next stage. */
  const plan = (): void => {
    const cells = distinct(stages.flatMap(stage => [...stage(found)]));
    [planned, left] = [cells.length, cells.filter(cell => !found(cell)).length];
  };
  const report = (spent: number): void => {
    const seconds = (performance.now() - start) / 1000;
    const secondsLeft = doneNow ? (seconds / doneNow) * left : undefined;
    run.onProgress({
      cells: planned,
      done: planned - left,
      evaluations: evaluations + spent,
      seconds,
      secondsLeft,
    });
  };
  const keep = async (outcome: CellOutcome): Promise<void> => {
    // Through the schema, so that a line has its fields in one order, whether it comes from a checkpoint or not.
    await records.append(ground.keyOf(outcome), outcomeSchema.parse(outcome));
    doneNow++;
    left--;
  };
  /** @returns whether it was cancelled */
  const compute = async (cells: readonly Cell[]): Promise<boolean> => {
    const work = await Work.open({ kind: cellsOn(ground), items: cells, known: found }, oracle, {
      checkpoint,
      onNotice: run.onNotice,
    });
    const before = work.evaluations;
    // What had ended when the run was killed, between its checkpoint and its record.
    for (const entry of work.entries) if (entry.state === 'over' && !found(entry.data)) await keep(entry.outcome);
    const stopped = await work.run(cancelled, async ({ ended }) => {
      for (const outcome of ended) await keep(outcome);
      report(work.evaluations - before);
    });
    evaluations += work.evaluations - before;
    if (!stopped) await rm(checkpoint, { force: true });
    return stopped;
  };

  for (const stage of stages) {
    plan();
    report(0);
    const wanted = distinct(stage(found)).filter(cell => !found(cell));
    await ground.prepare(wanted);
    const computable: Cell[] = [];
    for (const cell of wanted) {
      const positions = positionsOf(cell);
      const most = model.config.maximumPositions;
      if (positions <= most) computable.push(cell);
      else await keep(failed(ground, cell, `It needs ${positions} positions and the model has ${most}.`));
    }
    try {
      if (await compute(computable)) return true;
    } catch {
      // One of them cannot be computed (memory, above all): each by itself, to find out which.
      for (const cell of computable.filter(cell => !found(cell)))
        try {
          if (await compute([cell])) return true;
        } catch (error) {
          await keep(failed(ground, cell, messageOf(error)));
        }
    }
  }
  plan();
  report(0);
  return false;
}

/** A cell in words. */
function wordsOf({ texts, length, arrangement, shared, memory, seed }: Cell): string {
  const numbers = texts.length > 4 ? counted(texts.length, 'text') : `text ${texts.map(text => text + 1).join(', ')}`;
  const setting = memory ? counted(memory, '[mem] vector') : arrangements[arrangement].label;
  const common = shared === 'none' ? '' : `, shared ${shared}`;
  return `${numbers}, ${counted(length, 'token')}, ${setting}${common}, seed ${seed}`;
}

/** What the cells that are there show, and which of them could not be computed. */
function resultsOf(experiment: ChosenExperiment, texts: TextLengths, ground: Ground, found: Lookup): ExperimentReport {
  const { name, summary, paper, settings } = experiment;
  const planned = new Map(
    experiment.stages(texts).flatMap(stage => stage(found).map(cell => [ground.keyOf(cell), cell] as const)),
  );
  const over = [...planned.values()].flatMap(cell => found(cell) ?? []);
  return {
    experiment: { name, summary, paper },
    settings: Object.entries(settings).map(([key, value]) => [key, String(value)]),
    done: over.length,
    cells: planned.size,
    tables: experiment.report(texts, found),
    figures: experiment.figures(texts, found),
    failures: over.flatMap(({ problem, ...cell }) => (problem === null ? [] : [{ cell: wordsOf(cell), problem }])),
  };
}

/** What the records show. @throws UserError as `runExperiment`. */
export async function reportRecords({
  experiment,
  model,
  sessions,
  texts,
  records: path,
}: Pick<ExperimentRun, 'experiment' | 'model' | 'sessions' | 'texts' | 'records'>): Promise<ExperimentReport> {
  const ground = new Ground(model, sessions, texts);
  const records = await Records.open(path, outcomeSchema, 'record of an experiment');
  const lengths = ground.texts.map(({ length }) => length);
  return resultsOf(experiment, { lengths }, ground, cell => records.find(ground.keyOf(cell)));
}
