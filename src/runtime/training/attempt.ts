import { z } from 'zod';
import type { NarrowFormat } from '../graph/narrow-products.ts';
import type { Candidate, CandidateEvaluation } from './evaluator.ts';
import { candidatesAt, combine, correctTokens, type Problem, startOf } from './problem.ts';
import { type Recipe, sharpnessAt, solverOf } from './recipe.ts';
import type { Solver } from './solver.ts';
import { float32s, int32s, solverStateSchema } from './state.ts';

const count = z.number().int().min(0);

/** How one member's text comes out at some point. */
export const outcomeSchema = z.object({
  correct: count,
  /** Mean cross-entropy at sharpness 1, in nats. */
  loss: z.number(),
  /** Per token. */
  predicted: int32s,
  /** Per token at sharpness 1, in nats. */
  nll: float32s,
});
export type Outcome = Readonly<z.output<typeof outcomeSchema>>;

/** What is kept of an attempt: the point that was scored, never one an update later. */
const keptSchema = z.object({
  point: float32s,
  /** Over all members. */
  correct: count,
  /** Scored at low precision, which is no more than a guess. */
  drafted: z.optional(z.literal(true)),
  /** Of each member, in their order. */
  outcomes: z.array(outcomeSchema).readonly(),
});
export type Kept = Readonly<z.output<typeof keptSchema>>;

/** Everything of an attempt that cannot be derived from its problem and recipe. */
export const attemptStateSchema = z.object({
  steps: count,
  kept: keptSchema.optional(),
  /** While it is drafted: evaluations since a token came out right in addition. */
  draft: z.object({ idle: count }).optional(),
  solver: solverStateSchema,
});
export type AttemptState = Readonly<z.output<typeof attemptStateSchema>>;

/** One problem on its way: a solver, how far it is, and the best that it has seen. */
export class Attempt {
  readonly total: number;
  private solver: Solver;
  private stepCount = 0;
  private best: Kept | undefined;
  /** Until the draft is over. */
  private draft: { readonly idle: number } | undefined;
  private latestEvaluations: readonly CandidateEvaluation[] = [];

  /**
   * @param budget gradient evaluations that it is allowed
   * @throws Error when it is to go on from the state of another problem.
   */
  constructor(
    readonly problem: Problem,
    private readonly recipe: Recipe,
    private readonly budget: number,
    restored?: AttemptState,
  ) {
    this.total = problem.members.reduce((sum, { tokens }) => sum + tokens.length, 0);
    if (restored) checkFits(problem, restored);
    this.solver = solverOf(recipe, startOf(problem), problem.seed, restored?.solver);
    this.stepCount = restored?.steps ?? 0;
    this.best = restored?.kept;
    this.draft = restored ? restored.draft : recipe.draft && budget > 1 ? { idle: 0 } : undefined;
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
    return this.best?.correct === this.total && !this.best.drafted;
  }

  get finished(): boolean {
    return this.perfect || this.stepCount >= this.budget;
  }

  candidates(): Candidate[] {
    const now = sharpnessAt(this.recipe, this.stepCount);
    if (this.stepCount && now !== sharpnessAt(this.recipe, this.stepCount - 1)) this.solver.renew();
    const precision = this.draft ? 'low' : 'float32';
    return candidatesAt(this.problem, this.solver.point, { sharpness: now, precision });
  }

  tell(evaluations: readonly CandidateEvaluation[]): void {
    const evaluation = combine(this.problem, evaluations);
    const correctOfMember = this.problem.members.map((member, i) => correctTokens(member, evaluations[i]));
    const correct = correctOfMember.reduce((sum, count) => sum + count, 0);
    this.stepCount++;
    this.latestEvaluations = evaluations;
    const narrow = evaluations[0]?.narrow;
    // A device that has no low precision has computed exactly.
    if (!narrow) this.draft = undefined;
    const before = this.best?.correct ?? 0;
    if (Number.isFinite(evaluation.objective) && this.isBetter(correct, evaluations)) {
      const point = Float32Array.from(this.solver.point);
      const outcomes = evaluations.map(({ predicted, nll }, i) => ({
        correct: correctOfMember[i] ?? 0,
        loss: nll.reduce((sum, x) => sum + x, 0) / nll.length,
        predicted,
        nll,
      }));
      this.best = { point, correct, outcomes, ...(this.draft && { drafted: true }) };
    }
    if (!this.finished) this.solver.tell(evaluation);
    if (narrow) this.goOnWithDraft(narrow, correct, before);
  }

  /**
   * What was right at low precision need not be in float32, where the training goes on from the same point with what the solver
   * knows of the curvature. The last evaluation that is allowed is in float32 in any case.
   */
  private goOnWithDraft(narrow: NarrowFormat, correct: number, before: number): void {
    const length = this.recipe.draft?.[narrow];
    if (!length || !this.draft) return;
    const idle = correct > before ? 0 : this.draft.idle + 1;
    const goesOn = correct < length.share * this.total && idle < length.patience && this.stepCount + 1 < this.budget;
    this.draft = goesOn ? { idle } : undefined;
    if (!this.draft) this.solver.renew();
  }

  /** Objectives of different sharpness cannot be compared; what is told of them at sharpness 1 can. */
  private isBetter(correct: number, evaluations: readonly CandidateEvaluation[]): boolean {
    const { best } = this;
    if (best?.drafted && !this.draft) return true;
    if (!best || correct !== best.correct) return !best || correct > best.correct;
    return totalNll(evaluations) < totalNll(best.outcomes);
  }

  state(): AttemptState {
    return {
      steps: this.stepCount,
      kept: this.best,
      solver: this.solver.state(),
      ...(this.draft && { draft: this.draft }),
    };
  }
}

function totalNll(outcomes: readonly Pick<Outcome, 'nll'>[]): number {
  return outcomes.reduce((total, { nll }) => nll.reduce((sum, x) => sum + x, total), 0);
}

function checkFits({ members, trainable, width }: Problem, { kept, solver }: AttemptState): void {
  const numbers = trainable * width;
  const points = [solver.vectors.point, ...(kept ? [kept.point] : [])];
  const outcomes = kept?.outcomes.map(({ predicted, nll }) => [predicted.length, nll.length]) ?? [];
  const fit =
    points.every(point => point?.length === numbers) &&
    (!kept || outcomes.length === members.length) &&
    outcomes.flat().every((length, i) => length === members[Math.floor(i / 2)]?.tokens.length);
  if (!fit) throw new Error('the state is one of another problem');
}
