import type { SolutionSet } from '../../files/solutions-file.ts';
import type { Model } from '../../models/model.ts';
import { Evaluator } from '../../training/evaluator.ts';
import type { Sessions } from '../../training/sessions.ts';
import { midpoint, pointAt } from './bezier.ts';
import { curveBetween, endsOf, type Pair, storedCurve } from './ends.ts';
import { accuracyOf, candidateAt, meanNll } from './path.ts';

export interface PathToken {
  readonly target: number;
  readonly targetText: string;
  readonly predicted: number;
  readonly predictedText: string;
  /** -log p(target), in nats. */
  readonly nll: number;
}

/** What comes out at one point of a path. */
export interface PathPoint {
  readonly t: number;
  readonly accuracy: number;
  /** Mean over the tokens, in nats. */
  readonly nll: number;
  readonly tokens: readonly PathToken[];
}

/**
 * What comes out at some points t of [0,1] between two solutions, on the curve that the set holds or on the straight
 * line.
 *
 * @throws UserError when there is no such pair.
 */
export async function decodePath(
  model: Model,
  sessions: Sessions,
  set: SolutionSet,
  pair: Pair,
  path: 'straight' | 'curve',
  ts: readonly number[],
): Promise<PathPoint[]> {
  const ends = endsOf(set, model.tokenizer, pair);
  const { start, end, goal } = ends;
  const stored = storedCurve(set, pair);
  const curve = path === 'curve' ? curveBetween(ends, stored) : { start, control: midpoint(start, end), end };
  const candidates = ts.map(t => candidateAt(pointAt(curve, Math.min(1, Math.max(0, t))), goal));
  const looks = await new Evaluator(model, sessions).look(candidates);
  return looks.map((look, i) => ({
    t: ts[i] ?? 0,
    accuracy: accuracyOf(look, goal),
    nll: meanNll(look),
    tokens: Array.from(goal.tokens, (target, token) => {
      const predicted = look.predicted[token] ?? -1;
      return {
        target,
        targetText: model.tokenizer.tokenText(target),
        predicted,
        predictedText: model.tokenizer.tokenText(predicted),
        nll: look.nll[token] ?? Number.NaN,
      };
    }),
  }));
}
