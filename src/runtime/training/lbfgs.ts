import { type Evaluation, isFiniteEvaluation, type Solver, type SolverState } from './solver.ts';
import { addScaled, along, concatenate, difference, dot, multiply } from './vectors.ts';

export interface LbfgsConstants {
  /** Pairs (change of point, change of gradient) that model the curvature after so many accepted steps, at most. */
  readonly pairs: (steps: number) => number;
  /** Armijo: the least share of the predicted decrease. */
  readonly decrease: number;
  /** Weak Wolfe: the greatest share of the slope that may remain. */
  readonly curvature: number;
  /** Evaluations in one line search before its best point is taken or the model of curvature is dropped. */
  readonly trials: number;
}

interface Pair {
  readonly change: Float32Array;
  readonly gradientChange: Float32Array;
  /** change · gradientChange. */
  readonly product: number;
}

/** Along the line: the longest step that decreased enough but was still too steep, and the shortest that did not. */
interface Search {
  direction: Float32Array;
  slope: number;
  step: number;
  low: number;
  high: number;
  trials: number;
  /** The lowest point so far that decreased enough, and what was told of it. */
  best: (Evaluation & { readonly step: number }) | undefined;
}

/**
 * L-BFGS (Nocedal and Wright, algorithm 7.4) with a weak Wolfe line search by bisection and doubling (Lewis and
 * Overton 2013), which needs no smoothness between the trial points.
 *
 * When the model of curvature leads nowhere it is dropped and the search goes on along steepest descent; when that
 * fails too the point is moved by a little seeded noise. A point whose evaluation is not finite is a step too far.
 */
export class Lbfgs implements Solver {
  point: Float32Array;
  private base: Float32Array;
  private objective = Number.POSITIVE_INFINITY;
  private gradient: Float32Array;
  private search: Search | undefined;
  private pairs: Pair[] = [];
  private kicks = 0;
  private steps = 0;

  /** @param noise standard normal numbers for the n-th time that nothing else helps */
  constructor(
    start: Float32Array,
    private readonly constants: LbfgsConstants,
    private readonly noise: (kick: number) => Float32Array,
    restored?: SolverState,
  ) {
    this.base = Float32Array.from(start);
    this.point = this.base;
    this.gradient = new Float32Array(start.length);
    if (restored) this.restore(restored);
  }

  tell(evaluation: Evaluation): void {
    if (this.search) this.judge(this.search, evaluation);
    else if (isFiniteEvaluation(evaluation)) this.moveTo(this.point, evaluation);
    else this.kick();
  }

  /** Asks for the present point again. The model of curvature is kept: the new function's is like the old one's. */
  renew(): void {
    this.search = undefined;
    this.point = this.base;
  }

  private judge(search: Search, evaluation: Evaluation): void {
    const { decrease, curvature, trials } = this.constants;
    const bound = this.objective + decrease * search.step * search.slope;
    const enough = isFiniteEvaluation(evaluation) && evaluation.objective <= bound;
    const flat = enough && dot(evaluation.gradient, search.direction) >= curvature * search.slope;
    search.trials++;
    if (enough && !(search.best && search.best.objective <= evaluation.objective))
      search.best = { ...evaluation, step: search.step };
    if (flat) {
      this.accept(evaluation);
    } else if (search.trials >= trials) {
      this.giveUp(search);
    } else {
      if (enough) search.low = search.step;
      else search.high = search.step;
      search.step = search.high === Number.POSITIVE_INFINITY ? 2 * search.step : (search.low + search.high) / 2;
      this.point = along(this.base, search.direction, search.step);
    }
  }

  /** When the trials are used up, any point that decreased enough will do, however steep it still is there. */
  private giveUp({ best, direction }: Search): void {
    if (!best) {
      this.restart();
      return;
    }
    this.point = along(this.base, direction, best.step);
    this.accept(best);
  }

  private accept(evaluation: Evaluation): void {
    const change = difference(this.point, this.base);
    const gradientChange = difference(evaluation.gradient, this.gradient);
    const product = dot(change, gradientChange);
    // Only a positive curvature keeps the model positive definite.
    if (product > 1e-10 * Math.sqrt(dot(change, change) * dot(gradientChange, gradientChange))) {
      this.pairs.push({ change, gradientChange, product });
    }
    this.steps++;
    this.pairs = this.pairs.slice(-this.constants.pairs(this.steps));
    this.moveTo(this.point, evaluation);
  }

  private moveTo(point: Float32Array, { objective, gradient }: Evaluation): void {
    this.base = point;
    this.objective = objective;
    this.gradient = gradient;
    this.searchAlong(this.descent());
  }

  private searchAlong(direction: Float32Array): void {
    const slope = dot(direction, this.gradient);
    if (slope < 0) {
      const length = Math.sqrt(dot(this.gradient, this.gradient));
      // Without a model of curvature nothing tells the scale; a step of length 1 is small beside a start from N(0,1).
      const step = this.pairs.length ? 1 : 1 / length;
      this.search = { direction, slope, step, low: 0, high: Number.POSITIVE_INFINITY, trials: 0, best: undefined };
      this.point = along(this.base, direction, step);
    } else {
      this.restart();
    }
  }

  private restart(): void {
    if (this.pairs.length) {
      this.pairs = [];
      this.searchAlong(this.descent());
    } else {
      this.kick();
    }
  }

  private kick(): void {
    this.search = undefined;
    this.pairs = [];
    this.point = along(this.base, this.noise(this.kicks++), 0.1);
  }

  /** -H g by the two-loop recursion. */
  private descent(): Float32Array {
    const direction = this.gradient.map(x => -x);
    const shares: number[] = [];
    for (const { change, gradientChange, product } of [...this.pairs].reverse()) {
      const share = dot(change, direction) / product;
      shares.push(share);
      addScaled(direction, gradientChange, -share);
    }
    const last = this.pairs.at(-1);
    if (last) multiply(direction, last.product / dot(last.gradientChange, last.gradientChange));
    for (const { change, gradientChange, product } of this.pairs) {
      const share = dot(gradientChange, direction) / product;
      addScaled(direction, change, (shares.pop() ?? 0) - share);
    }
    return direction;
  }

  state(): SolverState {
    const { search, pairs, objective } = this;
    const numbers = { kicks: this.kicks, steps: this.steps, ...finite({ objective }) };
    const vectors = {
      point: this.point,
      base: this.base,
      gradient: this.gradient,
      ...(pairs.length && {
        changes: concatenate(pairs.map(({ change }) => change)),
        gradientChanges: concatenate(pairs.map(({ gradientChange }) => gradientChange)),
      }),
    };
    if (!search) return { numbers, vectors };
    const { direction, slope, step, low, high, trials, best } = search;
    return {
      numbers: {
        ...numbers,
        ...{ slope, step, low, trials, ...finite({ high }) },
        ...(best && { bestStep: best.step, bestObjective: best.objective }),
      },
      vectors: { ...vectors, direction, ...(best && { bestGradient: best.gradient }) },
    };
  }

  private restore({ numbers, vectors }: SolverState): void {
    const size = this.base.length;
    const vector = (name: string): Float32Array => vectors[name] ?? new Float32Array(size);
    const number = (name: string, otherwise = 0): number => numbers[name] ?? otherwise;
    this.point = vector('point');
    this.base = vector('base');
    this.gradient = vector('gradient');
    this.objective = number('objective', Number.POSITIVE_INFINITY);
    this.kicks = number('kicks');
    this.steps = number('steps');
    const [changes, gradientChanges] = [vectors.changes, vectors.gradientChanges];
    for (let from = 0; changes && gradientChanges && from < changes.length; from += size) {
      const change = changes.slice(from, from + size);
      const gradientChange = gradientChanges.slice(from, from + size);
      this.pairs.push({ change, gradientChange, product: dot(change, gradientChange) });
    }
    if (vectors.direction)
      this.search = {
        direction: vectors.direction,
        slope: number('slope'),
        step: number('step'),
        low: number('low'),
        high: number('high', Number.POSITIVE_INFINITY),
        trials: number('trials'),
        best: vectors.bestGradient && {
          step: number('bestStep'),
          objective: number('bestObjective'),
          gradient: vectors.bestGradient,
        },
      };
  }
}

/** Those of some numbers that are finite. */
function finite(numbers: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(numbers).filter(([, value]) => Number.isFinite(value)));
}
