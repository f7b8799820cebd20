import type { PathReport } from '../../results/connectivity.ts';
import type { Layout } from '../../training/arrangement.ts';
import type { Candidate, Evaluator } from '../../training/evaluator.ts';
import type { Look } from '../../training/predictions.ts';
import { type Curve, lengthWeightedMean, pointAt } from './bezier.ts';

/** What the vectors along a path should emit. */
export interface Goal {
  readonly tokens: Int32Array;
  readonly layout: Layout;
}

/** Curves are trained on a sharper cross-entropy than 1: on the plain one they do not become whole. */
const curveSharpness = 8;

/** A point of a path [2d] as a candidate for the evaluator. */
export function candidateAt(point: Float32Array, { tokens, layout }: Goal): Candidate {
  const width = point.length / 2;
  return { protoTokens: [point.subarray(0, width), point.subarray(width)], layout, tokens, sharpness: curveSharpness };
}

/** Even steps from 0 to 1. */
export const evenGrid = (points: number): number[] => Array.from({ length: points }, (_, i) => i / (points - 1));

export const accuracyOf = ({ predicted }: Look, { tokens }: Goal): number =>
  tokens.reduce((count, token, i) => count + (predicted[i] === token ? 1 : 0), 0) / tokens.length;

export const meanNll = ({ nll }: Look): number => nll.reduce((sum, x) => sum + x, 0) / nll.length;

/** The report on a curve from looks at its points on an even grid. */
export function reportOn(curve: Curve, goal: Goal, looks: readonly Look[]): PathReport {
  const accuracy = looks.map(look => accuracyOf(look, goal));
  return {
    accuracy,
    nll: looks.map(meanNll),
    predicted: looks.map(({ predicted }) => predicted),
    lowestAccuracy: Math.min(...accuracy),
    meanAccuracy: lengthWeightedMean(curve, accuracy),
  };
}

/** Looks at curves on an even grid of t, all of them together. */
export async function reportPaths(
  evaluator: Pick<Evaluator, 'look'>,
  paths: readonly { readonly curve: Curve; readonly goal: Goal }[],
  points: number,
): Promise<PathReport[]> {
  const grid = evenGrid(points);
  const candidates = paths.flatMap(({ curve, goal }) => grid.map(t => candidateAt(pointAt(curve, t), goal)));
  const looks = await evaluator.look(candidates);
  return paths.map(({ curve, goal }, i) => reportOn(curve, goal, looks.slice(i * points, (i + 1) * points)));
}
