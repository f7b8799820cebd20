import { Attempt } from '../training/attempt.ts';
import { recipeOf } from '../training/recipe.ts';
import type { Kind } from '../work/item.ts';
import { type Cell, type CellOutcome, cellSchema, outcomeSchema, positionsOf } from './cell.ts';
import { type Decoder, DecodingCell } from './decoding-cell.ts';
import type { Ground } from './ground.ts';
import { type CellState, problemOf, RunningCell, trainingStateSchema } from './training.ts';

/**
 * Cells as work.
 *
 * @param decoder what texts are decoded with; where none are, there need not be one
 */
export function cellsOn(ground: Ground, decoder?: Decoder): Kind<Cell, CellState, RunningCell, CellOutcome> {
  return {
    schemas: { data: cellSchema, state: trainingStateSchema, outcome: outcomeSchema },
    key: cell => ground.keyOf(cell),
    size: cell => (cell.alone ? Number.POSITIVE_INFINITY : cell.texts.length * positionsOf(cell)),
    begin: (cell, state) => {
      const attempt = new Attempt(problemOf(ground, cell), recipeOf(cell.recipe), cell.budget, state?.attempt);
      if (!cell.task) return new RunningCell(cell, attempt, state);
      if (!decoder) throw new Error('there is nothing to decode with');
      return new DecodingCell(cell, attempt, state, cell.task, decoder);
    },
    end: (cell, { attempt, seconds, detail }) => ({
      outcome: {
        ...cell,
        correct: cell.texts.map((_, i) => attempt.kept?.outcomes[i]?.correct ?? 0),
        evaluations: attempt.steps,
        seconds,
        information: ground.informationOf(cell),
        detail,
        problem: null,
      },
      successors: [],
    }),
  };
}
