import { z } from 'zod';
import { AdamW } from '../../training/adamw.ts';
import type { CandidateEvaluation } from '../../training/evaluator.ts';
import { type Seed, uniformSource } from '../../training/random.ts';
import { type Evaluation, solverStateSchema } from '../../training/solver.ts';
import { float32s } from '../../training/vectors.ts';
import type { Running, Wish } from '../../work/item.ts';
import { type Curve, controlWeight, lengthWeightedMean, midpoint, pointAt } from './bezier.ts';
import type { Ends } from './ends.ts';
import { accuracyOf, candidateAt, evenGrid, meanNll } from './path.ts';

/** Points of a curve in one step: with one from each eighth of it, the gradient is far less noisy than with one alone. */
export const pointsPerStep = 8;
/** Steps between two looks at how a curve fares. */
const stepsBetweenLooks = 25;
/** Points of a look. */
const pointsOfLook = 21;

const adam = { learningRate: 0.1, beta1: 0.9, beta2: 0.999, weightDecay: 0, epsilon: 1e-8 };

const count = z.number().int().min(0);

/** The best curve that has been looked at: what is kept is never one a step later. */
const keptCurveSchema = z.object({
  control: float32s,
  lowestAccuracy: z.number(),
  meanAccuracy: z.number(),
  /** Mean over the points of the look. */
  nll: z.number(),
});
type KeptCurve = Readonly<z.output<typeof keptCurveSchema>>;

/** How far the training of a curve is, and what it has come to. */
export const trainedSchema = z.object({
  steps: count,
  /** Steps before the latest look; undefined before the first. */
  lookedAfter: count.optional(),
  kept: keptCurveSchema.optional(),
});
export type Trained = Readonly<z.output<typeof trainedSchema>>;

export const curveStateSchema = trainedSchema.extend({ solver: solverStateSchema });
export type CurveState = Readonly<z.output<typeof curveStateSchema>>;

/**
 * Objective and gradient by the control point from evaluations at points t of a curve: their mean, the gradient at each
 * point times 2t(1-t).
 *
 * @param evaluations whose gradients are by `e` [d] and `m` [d]
 * @returns gradient [2d]
 */
export function controlEvaluation(ts: readonly number[], evaluations: readonly CandidateEvaluation[]): Evaluation {
  const [first] = evaluations;
  const width = first?.gradients[0]?.length ?? 0;
  const gradient = new Float32Array(2 * width);
  let objective = 0;
  for (const [i, t] of ts.entries()) {
    const evaluation = evaluations[i];
    if (!evaluation) throw new Error('a point of the curve was not evaluated');
    objective += evaluation.objective / ts.length;
    const weight = controlWeight(t) / ts.length;
    for (const [kind, part] of evaluation.gradients.entries())
      for (let j = 0; j < width; j++)
        gradient[kind * width + j] = (gradient[kind * width + j] as number) + weight * (part[j] as number);
  }
  return { objective, gradient };
}

/**
 * Trains the control point of a curve between two solutions (equation 4 of the paper), from their middle, by Adam: each
 * step takes one random t from every eighth of [0,1], which is unbiased as one t from all of it is. It is over when every
 * token is right at every point of a look, or it has had its steps.
 */
export class CurveTraining implements Running<CurveState> {
  private readonly solver: AdamW;
  private readonly uniform: () => number;
  /** Points of the next step, once they are drawn. */
  private ts: readonly number[] | undefined;
  private stepCount: number;
  private lookedAfter: number | undefined;
  private best: KeptCurve | undefined;

  /**
   * @param most steps
   * @throws Error when it is to go on from the state of another curve.
   */
  constructor(
    private readonly ends: Ends,
    private readonly most: number,
    seed: Seed,
    restored?: CurveState,
  ) {
    const { start, end } = ends;
    const points = restored && [restored.solver.vectors.point, ...(restored.kept ? [restored.kept.control] : [])];
    if (points?.some(point => point?.length !== start.length)) throw new Error('the state is one of another curve');
    this.solver = new AdamW(midpoint(start, end), adam, restored?.solver);
    this.stepCount = restored?.steps ?? 0;
    this.lookedAfter = restored?.lookedAfter;
    this.best = restored?.kept;
    this.uniform = uniformSource(seed, 'curve');
    for (let drawn = 0; drawn < this.stepCount * pointsPerStep; drawn++) this.uniform();
  }

  get finished(): boolean {
    return !this.lookDue && (this.best?.lowestAccuracy === 1 || this.stepCount >= this.most);
  }

  next(): Wish {
    return this.lookDue ? this.look() : this.step();
  }

  trained(): Trained {
    return { steps: this.stepCount, lookedAfter: this.lookedAfter, kept: this.best };
  }

  state(): CurveState {
    return { ...this.trained(), solver: this.solver.state() };
  }

  private get lookDue(): boolean {
    const due = this.stepCount % stepsBetweenLooks === 0 || this.stepCount >= this.most;
    return due && this.lookedAfter !== this.stepCount;
  }

  /** The curve as it is now. */
  private get curve(): Curve {
    const { start, end } = this.ends;
    return { start, control: Float32Array.from(this.solver.point), end };
  }

  private look(): Wish {
    const { curve } = this;
    const { goal } = this.ends;
    return {
      kind: 'look',
      candidates: evenGrid(pointsOfLook).map(t => candidateAt(pointAt(curve, t), goal)),
      tell: looks => {
        const accuracy = looks.map(look => accuracyOf(look, goal));
        const nll = looks.reduce((sum, look) => sum + meanNll(look), 0) / looks.length;
        const seen = {
          control: curve.control,
          lowestAccuracy: Math.min(...accuracy),
          meanAccuracy: lengthWeightedMean(curve, accuracy),
          nll: Number.isFinite(nll) ? nll : Number.MAX_VALUE,
        };
        this.lookedAfter = this.stepCount;
        if (!this.best || isBetter(seen, this.best)) this.best = seen;
      },
    };
  }

  private step(): Wish {
    const ts = this.ts ?? Array.from({ length: pointsPerStep }, (_, i) => (i + this.uniform()) / pointsPerStep);
    this.ts = ts;
    const { curve } = this;
    return {
      kind: 'gradient',
      candidates: ts.map(t => candidateAt(pointAt(curve, t), this.ends.goal)),
      tell: evaluations => {
        this.ts = undefined;
        this.stepCount++;
        this.solver.tell(controlEvaluation(ts, evaluations));
      },
    };
  }
}

function isBetter(a: KeptCurve, b: KeptCurve): boolean {
  if (a.lowestAccuracy !== b.lowestAccuracy) return a.lowestAccuracy > b.lowestAccuracy;
  if (a.meanAccuracy !== b.meanAccuracy) return a.meanAccuracy > b.meanAccuracy;
  return a.nll < b.nll;
}
