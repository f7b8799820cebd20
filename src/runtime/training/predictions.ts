import { floats, integers, type Values } from '../onnxruntime/session.ts';
import type { Part, Placed, Run } from './batch.ts';

/** What comes out of vectors in one forward pass. */
export interface Look {
  /** At sharpness 1, per token, in nats. */
  readonly nll: Float32Array;
  /** Per token. */
  readonly predicted: Int32Array;
}

/** A token, and the row of a run whose output predicts it. */
export interface Place {
  /** Among all targets. */
  readonly member: number;
  readonly token: number;
  readonly row: number;
}

/** The tokens that the rows of a part predict. */
export function placesIn(targets: readonly Placed[], { members }: Run, { first, rows }: Part): Place[] {
  return members.flatMap((member, b) =>
    (targets[member]?.layout.positionOfToken ?? []).flatMap((position, token) =>
      position >= first && position < first + rows ? [{ member, token, row: b * rows + position - first }] : [],
    ),
  );
}

/** Nothing is known yet of what comes out. */
export function unseen({ layout: { positionOfToken } }: Placed): Look {
  const { length } = positionOfToken;
  return { nll: new Float32Array(length).fill(Number.NaN), predicted: new Int32Array(length).fill(-1) };
}

/** Takes what a run has given for the tokens that its rows predict. */
export function notePredictions(
  looks: readonly Look[],
  places: readonly Place[],
  outputs: ReadonlyMap<string, Values>,
): void {
  const [nlls, predictions] = [floats(outputs, 'nll'), integers(outputs, 'predicted')];
  for (const { member, token, row } of places) {
    const look = looks[member];
    if (!look) throw new Error(`there is no ${member}`);
    look.nll[token] = nlls[row] ?? Number.NaN;
    look.predicted[token] = predictions[row] ?? -1;
  }
}
