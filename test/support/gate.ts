import type { Candidate, CandidateEvaluation, Target } from '../../src/runtime/training/evaluator.ts';
import type { Look } from '../../src/runtime/training/predictions.ts';
import type { Oracle } from '../../src/runtime/work/item.ts';

/** Stops another evaluator at one of its evaluations or looks, counted from 1, until it is let go or made to fail there. */
export class Gate implements Oracle {
  /** What was asked for so far, the stopped evaluation included: the tokens of each candidate. */
  readonly asked: (readonly number[])[] = [];
  /** When the evaluation is asked for. */
  readonly reached: Promise<void>;
  private readonly open: Promise<void>;
  private arrive: () => void = () => undefined;
  /** Lets the evaluation go on. */
  letGo: () => void = () => undefined;
  /** Ends the evaluation with an error. */
  fail: (error: Error) => void = () => undefined;

  constructor(
    private readonly oracle: Oracle,
    private readonly stopAt: number,
  ) {
    this.reached = new Promise(resolve => {
      this.arrive = resolve;
    });
    this.open = new Promise((resolve, reject) => {
      this.letGo = resolve;
      this.fail = reject;
    });
    // A failure that comes before the evaluation is no unhandled one.
    this.open.catch(() => undefined);
  }

  get positionsAtOnce(): number {
    return this.oracle.positionsAtOnce;
  }

  async evaluate(candidates: readonly Candidate[]): Promise<CandidateEvaluation[]> {
    await this.passed(candidates);
    return await this.oracle.evaluate(candidates);
  }

  async look(targets: readonly Target[]): Promise<Look[]> {
    await this.passed(targets);
    return await this.oracle.look(targets);
  }

  private async passed(targets: readonly Target[]): Promise<void> {
    this.asked.push(targets.map(({ tokens }) => tokens.length));
    if (this.asked.length !== this.stopAt) return;
    this.arrive();
    await this.open;
  }
}
