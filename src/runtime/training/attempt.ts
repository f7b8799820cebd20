import type { Candidate, CandidateEvaluation, Evaluator } from './evaluator.ts';
import { candidatesAt, combine, correctTokens, type Problem, startOf } from './problem.ts';
import type { Recipe } from './recipe.ts';
import type { Solver, SolverState } from './solver.ts';

/** How one member's text comes out at some point. */
export interface Outcome {
  readonly correct: number;
  /** Mean cross-entropy at sharpness 1, in nats. */
  readonly loss: number;
  /** Per token. */
  readonly predicted: Int32Array;
  /** Per token at sharpness 1, in nats. */
  readonly nll: Float32Array;
}

/** What is kept of an attempt: the point that was scored, never one an update later. */
export interface Kept {
  readonly point: Float32Array;
  /** Over all members. */
  readonly correct: number;
  /** Of each member, in their order. */
  readonly outcomes: readonly Outcome[];
}

/** Everything of an attempt that cannot be derived from its problem and recipe. */
export interface AttemptState {
  readonly steps: number;
  readonly kept: Kept | undefined;
  readonly solver: SolverState;
}

/** One problem on its way: a solver, how far it is, and the best that it has seen. */
export class Attempt {
  readonly total: number;
  private solver: Solver;
  private stepCount = 0;
  private best: Kept | undefined;
  private latestEvaluations: readonly CandidateEvaluation[] = [];

  constructor(
    readonly problem: Problem,
    private readonly recipe: Recipe,
    private readonly budget: number,
    restored?: AttemptState,
  ) {
    this.total = problem.members.reduce((sum, { tokens }) => sum + tokens.length, 0);
    this.solver = recipe.solver(startOf(problem), problem.seed, restored?.solver);
    this.stepCount = restored?.steps ?? 0;
    this.best = restored?.kept;
  }

  /** Gradient evaluations so far. */
  get steps(): number {
    return this.stepCount;
  }

  get kept(): Kept | undefined {
    return this.best;
  }

  /** The members' latest evaluations, in their order; empty before the first. */
  get latest(): readonly CandidateEvaluation[] {
    return this.latestEvaluations;
  }

  get perfect(): boolean {
    return this.best?.correct === this.total;
  }

  get finished(): boolean {
    return this.perfect || this.stepCount >= this.budget;
  }

  candidates(): Candidate[] {
    const { sharpness } = this.recipe;
    const now = sharpness(this.stepCount);
    if (this.stepCount && now !== sharpness(this.stepCount - 1)) this.solver.renew();
    return candidatesAt(this.problem, this.solver.point, now);
  }

  tell(evaluations: readonly CandidateEvaluation[]): void {
    const evaluation = combine(this.problem, evaluations);
    const correctOfMember = this.problem.members.map((member, i) => correctTokens(member, evaluations[i]));
    const correct = correctOfMember.reduce((sum, count) => sum + count, 0);
    this.stepCount++;
    this.latestEvaluations = evaluations;
    if (Number.isFinite(evaluation.objective) && this.isBetter(correct, evaluations)) {
      const point = Float32Array.from(this.solver.point);
      const outcomes = evaluations.map(({ predicted, nll }, i) => ({
        correct: correctOfMember[i] ?? 0,
        loss: nll.reduce((sum, x) => sum + x, 0) / nll.length,
        predicted,
        nll,
      }));
      this.best = { point, correct, outcomes };
    }
    if (!this.finished) this.solver.tell(evaluation);
  }

  /** Objectives of different sharpness cannot be compared; what is told of them at sharpness 1 can. */
  private isBetter(correct: number, evaluations: readonly CandidateEvaluation[]): boolean {
    const { best } = this;
    if (!best || correct !== best.correct) return !best || correct > best.correct;
    return totalNll(evaluations) < totalNll(best.outcomes);
  }

  state(): AttemptState {
    return { steps: this.stepCount, kept: this.best, solver: this.solver.state() };
  }
}

function totalNll(outcomes: readonly Pick<Outcome, 'nll'>[]): number {
  return outcomes.reduce((total, { nll }) => nll.reduce((sum, x) => sum + x, total), 0);
}

/** Advances all attempts by one evaluation, in lockstep. */
export async function advance(attempts: readonly Attempt[], evaluator: Evaluator): Promise<void> {
  const candidates = attempts.map(attempt => attempt.candidates());
  const evaluations = await evaluator.evaluate(candidates.flat());
  let from = 0;
  for (const [i, attempt] of attempts.entries()) {
    const count = candidates[i]?.length ?? 0;
    attempt.tell(evaluations.slice(from, from + count));
    from += count;
  }
}
