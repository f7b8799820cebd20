import type { SolutionCurve } from './solutions.ts';

/** Two solutions of one text, by their indices in their set. */
export interface Pair {
  readonly first: number;
  readonly second: number;
}

/** How one curve stands. */
export interface CurveProgress extends Pair {
  readonly steps: number;
  /** Of the best curve so far, on the grid; undefined before the first look. */
  readonly lowestAccuracy: number | undefined;
  readonly state: 'waiting' | 'training' | 'settled';
}

export interface ConnectProgress {
  /** The curves in training; those that the file holds already are not among them. */
  readonly curves: readonly CurveProgress[];
  readonly settled: number;
  readonly seconds: number;
}

/** How a path fares, on an even grid of t from 0 to 1. */
export interface PathReport {
  /** Share of the tokens that come out right. */
  readonly accuracy: readonly number[];
  /** Mean over the tokens at sharpness 1, in nats. */
  readonly nll: readonly number[];
  /** Token ids that come out, at each t. */
  readonly predicted: readonly Int32Array[];
  readonly lowestAccuracy: number;
  /** Mean accuracy, each piece of the path weighted by its length. */
  readonly meanAccuracy: number;
}

/** A pair of solutions and the two ways between them. */
export interface Connection extends Pair {
  /** Index of their text. */
  readonly text: number;
  /** Of the curve's training. */
  readonly steps: number;
  /** Length of the curve by that of the straight line, in the space of both vectors. */
  readonly lengthRatio: number;
  readonly straight: PathReport;
  readonly curve: PathReport;
}

/** What figure 6 of the paper shows, and the numbers beside it. */
export interface ConnectReport {
  /** The t of every value on a path. */
  readonly grid: readonly number[];
  readonly connections: readonly Connection[];
  readonly seconds: number;
  readonly cancelled: boolean;
}

export interface ConnectResult {
  /** The curves that were trained now, to be kept in the file in place of older ones of the same pairs. */
  readonly curves: readonly SolutionCurve[];
  readonly report: ConnectReport;
  /** The tokens of every text of the file, in order. */
  readonly targets: readonly (readonly { readonly id: number; readonly text: string }[])[];
}

export type PlanePoint = readonly [x: number, y: number];

/**
 * The loss on the plane through both ends and the control point of a curve. Its first axis runs along the chord, from
 * the first solution at (0,0); distances in it are those between the points.
 */
export interface LossSurface {
  /** Columns of the grid. */
  readonly x: readonly number[];
  /** Rows of the grid. */
  readonly y: readonly number[];
  /** [rows, columns], mean over the tokens at sharpness 1, in nats. */
  readonly nll: Float32Array;
  /** [rows, columns], share of the tokens that come out right. */
  readonly accuracy: Float32Array;
  readonly first: PlanePoint;
  readonly second: PlanePoint;
  readonly control: PlanePoint;
  /** The curve, at even steps of t; the straight way is the line from `first` to `second`. */
  readonly curve: readonly PlanePoint[];
}
