import { describe, expect, test } from 'vitest';
import { AdamW } from '../../../src/runtime/training/adamw.ts';
import { Lbfgs } from '../../../src/runtime/training/lbfgs.ts';
import { normalNumbers } from '../../../src/runtime/training/random.ts';
import type { Evaluation, Solver, SolverState } from '../../../src/runtime/training/solver.ts';

type Objective = (x: Float32Array) => Evaluation;

/** Σ 100 (x[2i+1] - x[2i]²)² + (1 - x[2i])², whose valley is narrow and curved. */
const rosenbrock: Objective = x => {
  let objective = 0;
  const gradient = new Float32Array(x.length);
  for (let i = 0; i < x.length; i += 2) {
    const [a, b] = [x[i] as number, x[i + 1] as number];
    const gap = b - a * a;
    objective += 100 * gap * gap + (1 - a) ** 2;
    gradient[i] = -400 * a * gap - 2 * (1 - a);
    gradient[i + 1] = 200 * gap;
  }
  return { objective, gradient };
};

const constants = { pairs: () => 20, decrease: 1e-4, curvature: 0.9, trials: 20 };
const lbfgs = (
  start: Float32Array,
  restored?: SolverState,
  pairs: (steps: number) => number = constants.pairs,
): Lbfgs => new Lbfgs(start, { ...constants, pairs }, kick => normalNumbers(start.length, [1], kick), restored);

/** Runs a solver; returns the evaluations until the objective is below the goal, or undefined. */
function stepsTo(goal: number, solver: Solver, objective: Objective, most: number): number | undefined {
  for (let step = 1; step <= most; step++) {
    const evaluation = objective(solver.point);
    if (evaluation.objective < goal) return step;
    solver.tell(evaluation);
  }
  return undefined;
}

describe('L-BFGS', () => {
  test('finds the end of a curved valley in a few dozen evaluations', () => {
    const start = Float32Array.from({ length: 20 }, (_, i) => (i % 2 ? 1 : -1.2));
    expect(stepsTo(1e-6, lbfgs(start), rosenbrock, 200)).toBeLessThan(150);
  });

  test('takes the exact minimum of a quadratic in about as many steps as it has distinct curvatures', () => {
    const curvatures = [1, 4, 9, 100, 1000];
    const quadratic: Objective = x => ({
      objective: x.reduce((sum, value, i) => sum + ((curvatures[i] as number) * value * value) / 2, 0),
      gradient: x.map((value, i) => (curvatures[i] as number) * value),
    });
    expect(stepsTo(1e-8, lbfgs(Float32Array.from([1, 1, 1, 1, 1])), quadratic, 60)).toBeDefined();
  });

  test('goes on from where it is when the function becomes another one', () => {
    const start = Float32Array.from({ length: 20 }, (_, i) => (i % 2 ? 1 : -1.2));
    const solver = lbfgs(start);
    // Two hundred times as steep: values and slopes of the old function would refuse every step.
    const steeper: Objective = x => {
      const { objective, gradient } = rosenbrock(x);
      return { objective: 200 * objective + 1000, gradient: gradient.map(value => 200 * value) };
    };
    for (let step = 0; step < 20; step++) solver.tell(rosenbrock(solver.point));
    const before = rosenbrock(solver.point).objective;
    solver.renew();
    expect(rosenbrock(solver.point).objective).toBeLessThanOrEqual(before);
    const steps = stepsTo(1000 + 2e-4, solver, steeper, 200);
    expect(steps).toBeLessThan(150);
    expect(steps).toBeLessThan(stepsTo(1000 + 2e-4, lbfgs(start), steeper, 200) ?? Number.POSITIVE_INFINITY);
  });

  test('remembers as many pairs as it may at each step', () => {
    const solver = lbfgs(new Float32Array(20).fill(-1.2), undefined, steps => (steps < 10 ? 3 : steps - 5));
    const remembered: number[] = [];
    for (let step = 0; step < 60; step++) {
      solver.tell(rosenbrock(solver.point));
      remembered.push((solver.state().vectors.changes?.length ?? 0) / 20);
    }
    expect(Math.max(...remembered.slice(0, 9))).toBe(3);
    expect(Math.max(...remembered)).toBeGreaterThan(20);
    for (const [i, count] of remembered.entries()) expect(count - (remembered[i - 1] ?? 0)).toBeLessThanOrEqual(1);
  });

  test('treats values that are not finite as a step too far', () => {
    const walled: Objective = x => {
      const [a] = x as unknown as [number];
      return a > 0.5
        ? { objective: Number.NaN, gradient: Float32Array.of(Number.NaN) }
        : { objective: (a - 0.5) ** 2, gradient: Float32Array.of(2 * (a - 0.5)) };
    };
    expect(stepsTo(1e-6, lbfgs(Float32Array.of(-8)), walled, 100)).toBeDefined();
  });

  test('takes the lowest point of a line that decreased enough when the trials are used up, wherever it was found', () => {
    // Steep all the way down, and then a wall: no point is flat enough.
    const cliff: Objective = ([x = 0]) =>
      x > 1.6 ? { objective: 1000, gradient: Float32Array.of(1) } : { objective: -x, gradient: Float32Array.of(-1) };
    for (const pause of [0, 2, 3, 4]) {
      let solver = new Lbfgs(Float32Array.of(0), { ...constants, trials: 4 }, () => Float32Array.of(5));
      const points: number[] = [];
      for (let step = 0; step < 5; step++) {
        // What was found on the line survives a restart.
        if (step === pause)
          solver = new Lbfgs(
            Float32Array.of(0),
            { ...constants, trials: 4 },
            () => Float32Array.of(5),
            structuredClone(solver.state()),
          );
        points.push(solver.point[0] ?? Number.NaN);
        solver.tell(cliff(solver.point));
      }
      expect(points).toEqual([0, 1, 2, 1.5, 1.75]);
      expect([...(solver.state().vectors.base ?? [])]).toEqual([1.5]);
      expect(solver.state().numbers.kicks).toBe(0);
    }
  });

  test('moves on where the gradient vanishes, is not finite, or points uphill', () => {
    const saddle: Objective = x => ({
      objective: 1 - x.reduce((sum, v) => sum + Math.exp(-v * v), 0),
      gradient: new Float32Array(x.length),
    });
    const broken: Objective = x => ({ objective: Number.NaN, gradient: x.map(() => Number.NaN) });
    const lying: Objective = x => ({ objective: x.reduce((sum, v) => sum + v * v, 0), gradient: x.map(v => -2 * v) });
    for (const objective of [saddle, broken, lying]) {
      const solver = lbfgs(Float32Array.of(1, 2));
      const visited = new Set<string>();
      for (let step = 0; step < 300; step++) {
        visited.add(solver.point.join());
        expect([...solver.point].every(Number.isFinite)).toBe(true);
        solver.tell(objective(solver.point));
      }
      expect(visited.size).toBeGreaterThan(100);
    }
  });

  test('goes on from its state exactly as it would have', () => {
    const start = Float32Array.from({ length: 20 }, (_, i) => (i % 2 ? 1 : -1.2));
    const memory = (steps: number): number => Math.min(20, Math.max(5, steps - 10));
    for (const pause of [0, 1, 7, 30]) {
      const whole = lbfgs(start, undefined, memory);
      for (let i = 0; i < pause; i++) whole.tell(rosenbrock(whole.point));
      const resumed = lbfgs(start, structuredClone(whole.state()), memory);
      for (let i = 0; i < 40; i++) {
        expect(resumed.point).toEqual(whole.point);
        whole.tell(rosenbrock(whole.point));
        resumed.tell(rosenbrock(resumed.point));
      }
    }
  });
});

describe('AdamW', () => {
  const paper = { learningRate: 0.01, beta1: 0.9, beta2: 0.9, weightDecay: 0.01, epsilon: 1e-8 };

  test('makes the steps of torch.optim.AdamW', () => {
    // torch 1.13: p = [1, -2]; three steps with gradients [0.5, -1], [0.25, 3], [-1, 0]
    const solver = new AdamW(Float32Array.of(1, -2), paper);
    for (const gradient of [Float32Array.of(0.5, -1), Float32Array.of(0.25, 3), Float32Array.of(-1, 0)])
      solver.tell({ objective: 0, gradient });
    expect(solver.point[0]).toBeCloseTo(0.9822351336479187, 6);
    expect(solver.point[1]).toBeCloseTo(-1.9980899095535278, 6);
  });

  test('is not poisoned by an evaluation that is not finite', () => {
    const solver = new AdamW(Float32Array.of(1), paper);
    solver.tell({ objective: Number.NaN, gradient: Float32Array.of(Number.NaN) });
    solver.tell({ objective: 1, gradient: Float32Array.of(1) });
    expect(solver.point[0]).toBeCloseTo(0.9899, 4);
  });

  test('goes on from its state exactly as it would have', () => {
    const whole = new AdamW(Float32Array.of(3, 4), paper);
    for (let i = 0; i < 5; i++) whole.tell(rosenbrock(whole.point));
    const resumed = new AdamW(Float32Array.of(0, 0), paper, structuredClone(whole.state()));
    for (let i = 0; i < 5; i++) {
      whole.tell(rosenbrock(whole.point));
      resumed.tell(rosenbrock(resumed.point));
    }
    expect(resumed.point).toEqual(whole.point);
  });
});
