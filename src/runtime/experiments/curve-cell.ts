import { z } from 'zod';
import { type Curve, lengthRatio, midpoint, pointAt } from '../analysis/connectivity/bezier.ts';
import { CurveTraining, curveStateSchema, pointsPerStep } from '../analysis/connectivity/curve-training.ts';
import { type Ends, pointOf } from '../analysis/connectivity/ends.ts';
import { accuracyOf, candidateAt, evenGrid } from '../analysis/connectivity/path.ts';
import { decodeVector } from '../files/vectors.ts';
import { layoutOf } from '../training/arrangement.ts';
import type { Wish } from '../work/item.ts';
import type { Cell, Task } from './cell.ts';
import type { Ended, RunningCell } from './cell-kinds.ts';
import type { Ground } from './ground.ts';

const accuracies = z.array(z.number()).readonly();

export const curveCellStateSchema = z.object({
  curve: curveStateSchema,
  seconds: z.number().min(0),
  /** Accuracies along both paths, once they have been looked at. */
  paths: z.object({ straight: accuracies, curve: accuracies }).optional(),
});
type CurveCellState = z.output<typeof curveCellStateSchema>;
type CurveTask = Extract<Task, { kind: 'curve' }>;

/** The ends of a cell's curve. @throws Error when the cell does not hold them. */
function endsOf(ground: Ground, cell: Cell, { ends }: CurveTask): Ends {
  const [text] = cell.texts;
  if (!ends || text === undefined) throw new Error('the curve has no ends');
  const [start, end] = ends.map(({ e, m }) => pointOf({ e: decodeVector(e), m: decodeVector(m) }));
  if (!start || !end) throw new Error('the curve has no ends');
  const goal = { tokens: ground.prefix(text, cell.length), layout: layoutOf(cell.arrangement, cell.length) };
  return { first: 0, second: 1, text, start, end, goal };
}

/** The training of a curve between two solutions, and a look at it and at the straight line. */
export class CurveCell implements RunningCell {
  /** Points of the curve that are evaluated together. */
  static readonly pointsAtOnce = pointsPerStep;
  private readonly ends: Ends;
  private readonly training: CurveTraining;
  private spent: number;
  private paths: CurveCellState['paths'];

  constructor(
    ground: Ground,
    private readonly cell: Cell,
    private readonly task: CurveTask,
    restored?: CurveCellState,
  ) {
    this.ends = endsOf(ground, cell, task);
    this.training = new CurveTraining(this.ends, task.steps, [cell.seed, task.otherSeed], restored?.curve);
    this.spent = restored?.seconds ?? 0;
    this.paths = restored?.paths;
  }

  get finished(): boolean {
    return this.paths !== undefined;
  }

  next(): Wish {
    const wish = this.training.finished ? this.lookAtPaths() : this.training.next();
    if (wish.kind === 'own') return wish;
    const spend = (seconds: number): void => {
      this.spent += seconds;
    };
    if (wish.kind === 'look') {
      const { kind, candidates, tell } = wish;
      return { kind, candidates, tell: (looks, seconds) => [tell(looks, seconds), spend(seconds)] };
    }
    const { kind, candidates, tell } = wish;
    return { kind, candidates, tell: (evaluations, seconds) => [tell(evaluations, seconds), spend(seconds)] };
  }

  state(): CurveCellState {
    return { curve: this.training.state(), seconds: this.spent, paths: this.paths };
  }

  ended(): Ended {
    const { straight = [], curve = [] } = this.paths ?? {};
    return {
      correct: [Math.round(Math.min(...curve) * this.cell.length)],
      evaluations: this.training.trained().steps * pointsPerStep,
      seconds: this.spent,
      detail: { kind: 'curve', straight, curve, lengthRatio: lengthRatio(this.curve) },
    };
  }

  /** The best curve that has been seen. */
  private get curve(): Curve {
    const { start, end } = this.ends;
    return { start, control: this.training.trained().kept?.control ?? midpoint(start, end), end };
  }

  private lookAtPaths(): Wish {
    const { goal, start, end } = this.ends;
    const grid = evenGrid(this.task.points);
    const along = (path: Curve) => grid.map(t => candidateAt(pointAt(path, t), goal));
    return {
      kind: 'look',
      candidates: [...along({ start, control: midpoint(start, end), end }), ...along(this.curve)],
      tell: looks => {
        const found = looks.map(look => accuracyOf(look, goal));
        this.paths = { straight: found.slice(0, grid.length), curve: found.slice(grid.length) };
      },
    };
  }
}
