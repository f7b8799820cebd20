import type { PathReport } from '../../results/connectivity.ts';
import { AdamW } from '../../training/adamw.ts';
import type { Candidate, CandidateEvaluation } from '../../training/evaluator.ts';
import { type Seed, uniformSource } from '../../training/random.ts';
import type { Evaluation } from '../../training/solver.ts';
import { type Curve, controlWeight, midpoint, pointAt } from './bezier.ts';
import { candidateAt, type Goal } from './path.ts';

/** Points of a curve in one step: with one from each eighth of it, the gradient is far less noisy than with one alone. */
const pointsPerStep = 8;

const adam = { learningRate: 0.1, beta1: 0.9, beta2: 0.999, weightDecay: 0, epsilon: 1e-8 };

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
 * step takes one random t from every eighth of [0,1], which is unbiased as one t from all of it is.
 */
export class CurveTraining {
  private readonly solver: AdamW;
  private readonly uniform: () => number;
  private ts: readonly number[] = [];
  private stepCount = 0;
  private best: { readonly control: Float32Array; readonly report: PathReport } | undefined;

  constructor(
    private readonly start: Float32Array,
    private readonly end: Float32Array,
    readonly goal: Goal,
    seed: Seed,
  ) {
    this.solver = new AdamW(midpoint(start, end), adam);
    this.uniform = uniformSource(seed, 'curve');
  }

  get steps(): number {
    return this.stepCount;
  }

  /** The curve as it is now. */
  get curve(): Curve {
    return { start: this.start, control: Float32Array.from(this.solver.point), end: this.end };
  }

  /** The best curve that has been looked at, and how it fared; undefined before the first look. */
  get kept(): { readonly curve: Curve; readonly report: PathReport } | undefined {
    const { best, start, end } = this;
    return best && { curve: { start, control: best.control, end }, report: best.report };
  }

  /** Points of the next step. */
  candidates(): Candidate[] {
    this.ts = Array.from({ length: pointsPerStep }, (_, i) => (i + this.uniform()) / pointsPerStep);
    const { curve } = this;
    return this.ts.map(t => candidateAt(pointAt(curve, t), this.goal));
  }

  tell(evaluations: readonly CandidateEvaluation[]): void {
    this.stepCount++;
    this.solver.tell(controlEvaluation(this.ts, evaluations));
  }

  /** Takes note of how the present curve fares: what is kept is a curve that was looked at, never one a step later. */
  look(control: Float32Array, report: PathReport): void {
    if (!this.best || isBetter(report, this.best.report)) this.best = { control, report };
  }
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

function isBetter(a: PathReport, b: PathReport): boolean {
  if (a.lowestAccuracy !== b.lowestAccuracy) return a.lowestAccuracy > b.lowestAccuracy;
  if (a.meanAccuracy !== b.meanAccuracy) return a.meanAccuracy > b.meanAccuracy;
  return mean(a.nll) < mean(b.nll);
}
