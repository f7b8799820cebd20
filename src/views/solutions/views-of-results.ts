import * as vscode from 'vscode';
import type { Connection, ConnectProgress, LossSurface, PathReport } from '../../runtime/results/connectivity.ts';
import type { DistanceReport } from '../../runtime/results/distances.ts';
import type { ProbeReport } from '../../runtime/results/probe.ts';
import type { SolutionsInspection } from '../../runtime/results/solutions.ts';
import type {
  ConnectionView,
  DistancesView,
  PathView,
  ProbeView,
  SolutionsDocument,
  SurfaceView,
  WorkProgress,
} from './protocol.ts';

export function documentView(
  name: string,
  { model, arrangement, recipe, hiddenSize, texts, solutions }: SolutionsInspection,
): SolutionsDocument {
  return { kind: 'solutions', name, modelId: model.id, arrangement, recipe, hiddenSize, texts, solutions };
}

export function distancesView({ texts: _, ...report }: DistanceReport): DistancesView {
  return report;
}

const pathView = ({ accuracy, nll, predicted, lowestAccuracy, meanAccuracy }: PathReport): PathView => ({
  accuracy,
  nll,
  predicted,
  lowestAccuracy,
  meanAccuracy,
});

export function connectionView(
  { first, second, straight, curve, lengthRatio, steps }: Connection,
  targets: readonly { readonly id: number; readonly text: string }[],
): ConnectionView {
  return {
    first,
    second,
    line: pathView(straight),
    curve: pathView(curve),
    ratio: lengthRatio,
    steps,
    targets: targets.map(({ id, text }) => ({ id, text })),
  };
}

export function surfaceView({ x, y, nll, accuracy, first, second, control, curve }: LossSurface): SurfaceView {
  return { x, y, nll, accuracy, line: [first, second], curve, control };
}

/** How far the training of curves is, by steps; a curve that is whole needs no more of them. */
export function progressView({ curves, settled }: ConnectProgress, steps: number): WorkProgress {
  const done = curves.reduce((sum, curve) => sum + (curve.state === 'settled' ? 1 : curve.steps / steps), 0);
  return {
    share: curves.length ? done / curves.length : 1,
    message: vscode.l10n.t('{0} of {1} curves', settled, curves.length),
  };
}

export function probeView({ vectors, embeddingNorms, attention, continuations }: ProbeReport): ProbeView {
  const { least, quartiles, greatest } = embeddingNorms;
  const { layers, heads, positions, byPosition } = attention;
  const said = (choice: 'greedy' | 'sampled'): string[] =>
    continuations.filter(continuation => continuation.choice === choice).map(({ text }) => text);
  return {
    nearest: vectors.map(({ proto, norm, byCosine, byProduct }) => ({ vector: proto, norm, byCosine, byProduct })),
    embeddingNorms: [least, ...quartiles, greatest],
    attention: { layers, heads, positions: positions.length, toE: byPosition },
    greedy: said('greedy')[0] ?? '',
    sampled: said('sampled'),
  };
}
