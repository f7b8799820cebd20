import { type Evaluation, isFiniteEvaluation, type Solver, type SolverState } from './solver.ts';

export interface AdamWConstants {
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly weightDecay: number;
  readonly epsilon: number;
}

/** AdamW (Loshchilov and Hutter): Adam's step, and a decay of the weights beside it. */
export class AdamW implements Solver {
  readonly point: Float32Array;
  private readonly mean: Float32Array;
  private readonly square: Float32Array;
  private steps: number;

  constructor(
    start: Float32Array,
    private readonly constants: AdamWConstants,
    restored?: SolverState,
  ) {
    this.point = Float32Array.from(restored?.vectors.point ?? start);
    this.mean = restored?.vectors.mean ?? new Float32Array(start.length);
    this.square = restored?.vectors.square ?? new Float32Array(start.length);
    this.steps = restored?.numbers.steps ?? 0;
  }

  /** An evaluation that is not finite is passed over: it must not poison the moments. */
  tell(evaluation: Evaluation): void {
    if (!isFiniteEvaluation(evaluation)) return;
    const { learningRate, beta1, beta2, weightDecay, epsilon } = this.constants;
    this.steps++;
    const meanCorrection = 1 - beta1 ** this.steps;
    const squareCorrection = 1 - beta2 ** this.steps;
    for (let i = 0; i < this.point.length; i++) {
      const gradient = evaluation.gradient[i] as number;
      const mean = beta1 * (this.mean[i] as number) + (1 - beta1) * gradient;
      const square = beta2 * (this.square[i] as number) + (1 - beta2) * gradient * gradient;
      this.mean[i] = mean;
      this.square[i] = square;
      const step = mean / meanCorrection / (Math.sqrt(square / squareCorrection) + epsilon);
      this.point[i] = (this.point[i] as number) * (1 - learningRate * weightDecay) - learningRate * step;
    }
  }

  /** The moments are averages that follow a new function by themselves. */
  renew(): void {}

  state(): SolverState {
    return { numbers: { steps: this.steps }, vectors: { point: this.point, mean: this.mean, square: this.square } };
  }
}
