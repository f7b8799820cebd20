import { z } from 'zod';
import type { Kind, Running } from '../work/item.ts';
import { type Cell, type CellOutcome, cellSchema, outcomeSchema, positionsOf, recorded } from './cell.ts';
import { CurveCell, curveCellStateSchema } from './curve-cell.ts';
import { type Decoder, DecodingCell } from './decoding-cell.ts';
import type { Ground } from './ground.ts';
import { HorizonCell, horizonStateSchema } from './horizon-cell.ts';
import { TrainingCell, trainingStateSchema } from './training.ts';

// Each has a field that the others lack, so that one is never taken for another.
const stateSchema = z.union([trainingStateSchema, curveCellStateSchema, horizonStateSchema]);
type CellState = z.output<typeof stateSchema>;

/** What came of a cell, but for what is known of it beforehand. */
export type Ended = Pick<CellOutcome, 'correct' | 'evaluations' | 'seconds' | 'detail'>;

/** A cell whose turn has come. */
export interface RunningCell extends Running<CellState> {
  ended(): Ended;
}

function begun(ground: Ground, cell: Cell, state: CellState | undefined, decoder: Decoder | undefined): RunningCell {
  const { task } = cell;
  const wrong = (): never => {
    throw new Error('the state is one of another kind of cell');
  };
  if (task?.kind === 'curve') return new CurveCell(ground, cell, task, state && ('curve' in state ? state : wrong()));
  if (task?.kind === 'horizon')
    return new HorizonCell(ground, cell, task, state && ('grown' in state ? state : wrong()));
  const training = state && ('improvedAfter' in state ? state : wrong());
  if (task?.kind !== 'decoding') return new TrainingCell(ground, cell, training);
  if (!decoder) throw new Error('there is nothing to decode with');
  return new DecodingCell(ground, cell, training, task, decoder);
}

/**
 * Cells as work.
 *
 * @param decoder what texts are decoded with; where none are, there need not be one
 */
export function cellsOn(ground: Ground, decoder?: Decoder): Kind<Cell, CellState, RunningCell, CellOutcome> {
  return {
    schemas: { data: cellSchema, state: stateSchema, outcome: outcomeSchema },
    key: cell => ground.keyOf(cell),
    size: cell => {
      if (cell.alone) return Number.POSITIVE_INFINITY;
      const together = cell.task?.kind === 'curve' ? CurveCell.pointsAtOnce : cell.texts.length;
      return together * positionsOf(cell);
    },
    begin: (cell, state) => begun(ground, cell, state, decoder),
    end: (cell, running) => ({
      outcome: { ...recorded(cell), ...running.ended(), information: ground.informationOf(cell), problem: null },
      successors: [],
    }),
  };
}

/** Evaluations that a cell takes at most. */
export function mostEvaluations({ budget, length, task }: Cell): number {
  if (task?.kind === 'curve') return task.steps * CurveCell.pointsAtOnce;
  return task?.kind === 'horizon' ? budget * length : budget;
}
