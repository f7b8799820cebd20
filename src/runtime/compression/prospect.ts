import { z } from 'zod';

const count = z.number().int().min(0);
/** The evaluations after which more tokens were right than ever before. Plain data, for a checkpoint. */
export const prospectSchema = z.array(z.object({ evaluation: count, correct: count })).readonly();
export type ProspectState = z.output<typeof prospectSchema>;

/** Evaluations over which the pace is taken, at the least. */
const shortestWindow = 150;

/**
 * Tells early that a segment would not come out right within its evaluations, so that its halves get them.
 *
 * Right tokens come at a fairly steady pace, also where a model is at its limit. The pace may rise again, so a segment is
 * given up only when twice the pace would not do; and not when less than a quarter of it is wrong, because the last
 * tokens come one by one. Of 12 texts of 48 and 12 of 64 tokens at the limit of the GPT-NeoX model of the benchmarks, seven
 * do not come right within 1500 evaluations; four of these are given up, after 471 to 791, and none of the others.
 */
export class Prospect {
  private readonly gains: ProspectState[number][];

  /**
   * @param tokens of the segment
   * @param budget gradient evaluations that it is allowed
   */
  constructor(
    private readonly tokens: number,
    private readonly budget: number,
    restored: ProspectState = [],
  ) {
    this.gains = [...restored];
  }

  /** @param correct most tokens that were right at one point in so many evaluations */
  note(evaluation: number, correct: number): void {
    if (correct > (this.gains.at(-1)?.correct ?? 0)) this.gains.push({ evaluation, correct });
  }

  hopelessAt(evaluation: number): boolean {
    const window = Math.max(shortestWindow, this.budget / 10);
    const wrong = this.tokens - this.correctAt(evaluation);
    if (evaluation < 2 * window || wrong < this.tokens / 4) return false;
    const pace = (this.correctAt(evaluation) - this.correctAt(evaluation - window)) / window;
    return 2 * pace * (this.budget - evaluation) < wrong;
  }

  state(): ProspectState {
    return [...this.gains];
  }

  private correctAt(evaluation: number): number {
    return this.gains.findLast(gain => gain.evaluation <= evaluation)?.correct ?? 0;
  }
}
