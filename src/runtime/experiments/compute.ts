import { rm } from 'node:fs/promises';
import { messageOf } from '../errors.ts';
import type { Model } from '../models/model.ts';
import { Evaluator } from '../training/evaluator.ts';
import type { Sessions } from '../training/sessions.ts';
import type { Oracle } from '../work/item.ts';
import { Work } from '../work/work.ts';
import { type Cell, type CellOutcome, failedOutcome, positionsOf } from './cell.ts';
import { cellsOn } from './cell-kinds.ts';
import type { Lookup } from './experiment.ts';
import type { Ground } from './ground.ts';

/** How cells are computed, and who is told. */
export interface Computation {
  readonly ground: Ground;
  readonly model: Model;
  readonly sessions: Sessions;
  /** What evaluates candidates on the model; one of these sessions when left out. */
  readonly oracle?: Oracle | undefined;
  /** What is known of the cells so far, those that were kept included. */
  readonly found: Lookup;
  readonly keep: (outcome: CellOutcome) => Promise<void>;
  /** Path of the file where what has not ended is kept; it is kept nowhere when left out. */
  readonly checkpoint?: string | undefined;
  /** Takes a sentence on a checkpoint that cannot be read or written. */
  readonly onNotice?: ((sentence: string) => void) | undefined;
  readonly cancelled: () => boolean;
  /** Is told the evaluations of each round. */
  readonly onRound: (evaluations: number) => void | Promise<void>;
}

/** @returns whether it was cancelled */
async function train(cells: readonly Cell[], computation: Computation): Promise<boolean> {
  const { ground, model, sessions, found, keep, checkpoint, onNotice, cancelled, onRound } = computation;
  const oracle = computation.oracle ?? new Evaluator(model, sessions);
  const plan = { kind: cellsOn(ground, { model, sessions }), items: cells, known: found };
  const work = await Work.open(plan, oracle, { checkpoint, onNotice });
  let spent = work.evaluations;
  // What had ended when the run was killed, between its checkpoint and its record.
  for (const entry of work.entries) if (entry.state === 'over' && !found(entry.data)) await keep(entry.outcome);
  const stopped = await work.run(cancelled, async ({ ended }) => {
    for (const outcome of ended) await keep(outcome);
    const before = spent;
    spent = work.evaluations;
    await onRound(spent - before);
  });
  if (!stopped && checkpoint !== undefined) await rm(checkpoint, { force: true });
  return stopped;
}

/** Trains each cell by itself; one that cannot be computed has the reason in its outcome. @returns whether it was cancelled */
async function trainEach(cells: readonly Cell[], computation: Computation, hasThrown: () => boolean): Promise<boolean> {
  const { ground, keep } = computation;
  for (const cell of cells)
    try {
      if (await train([cell], computation)) return true;
    } catch (error) {
      if (hasThrown()) throw error;
      await keep(failedOutcome(cell, ground.informationOf(cell), messageOf(error)));
    }
  return false;
}

/** The same computation, and whether somebody who was told something has thrown. */
function watchedTelling(computation: Computation) {
  let thrown = false;
  const watch =
    <Told>(tell: (what: Told) => void | Promise<void>) =>
    async (what: Told): Promise<void> => {
      try {
        await tell(what);
      } catch (error) {
        thrown = true;
        throw error;
      }
    };
  const { keep, onRound } = computation;
  return { watched: { ...computation, keep: watch(keep), onRound: watch(onRound) }, hasThrown: () => thrown };
}

/**
 * Computes cells side by side, and keeps what came of each as it ends. A cell that cannot be computed has the reason in its
 * outcome, and the others go on.
 *
 * @returns whether it was cancelled
 * @throws what those who are told throw, such as that an outcome cannot be kept: that says nothing about a cell.
 */
export async function computeCells(cells: readonly Cell[], computation: Computation): Promise<boolean> {
  const { ground, model, sessions, found } = computation;
  const { watched, hasThrown } = watchedTelling(computation);
  const { keep } = watched;
  const most = model.config.maximumPositions;
  const computable: Cell[] = [];
  for (const cell of cells) {
    const positions = positionsOf(cell);
    // A horizon is grown as far as the model goes.
    if (positions <= most || cell.task?.kind === 'horizon') computable.push(cell);
    else
      await keep(
        failedOutcome(cell, ground.informationOf(cell), `It needs ${positions} positions and the model has ${most}.`),
      );
  }
  // Where none can be computed the model is not loaded.
  if (computable.length && !(await ground.prepare(computable, sessions, computation.cancelled))) return true;
  try {
    return await train(computable, watched);
  } catch (error) {
    if (hasThrown()) throw error;
    // One of them cannot be computed (memory, above all): each by itself, to find out which.
    return await trainEach(
      computable.filter(cell => !found(cell)),
      watched,
      hasThrown,
    );
  }
}
