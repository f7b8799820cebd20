import type { Neighbours } from './tokens.ts';

export interface ProbedVector extends Neighbours {
  readonly proto: 'e' | 'm';
  /** Share of the embedding matrix's rows that are shorter. */
  readonly shareShorter: number;
}

/** The Euclidean norms of the rows of the embedding matrix. */
export interface NormDistribution {
  readonly least: number;
  readonly quartiles: readonly [number, number, number];
  readonly greatest: number;
  readonly mean: number;
  /** Counts of rows in bins of equal width from the least to the greatest norm. */
  readonly histogram: readonly number[];
}

/** How much attention goes to `e`: whether it is a sink. */
export interface AttentionToE {
  readonly layers: number;
  readonly heads: number;
  /** [layers, heads]: share of their attention that output positions pay to `e`, on average. */
  readonly mean: Float32Array;
  /** [layers, heads, outputs]: the share of each output position that is counted, in the order of the text. */
  readonly byPosition: Float32Array;
  /** Input positions of these outputs. */
  readonly positions: readonly number[];
  /** The mean share of attention that is spread evenly over all that a position may look at. */
  readonly even: number;
}

export interface Continuation {
  readonly choice: 'greedy' | 'sampled';
  readonly ids: readonly number[];
  readonly text: string;
}

/** What the two vectors of a solution hold, as far as can be seen. */
export interface ProbeReport {
  /** Tokens of the text that the vectors emit. */
  readonly tokens: number;
  readonly vectors: readonly ProbedVector[];
  readonly embeddingNorms: NormDistribution;
  readonly attention: AttentionToE;
  /** Token that stands after (e, m) where the continuations begin; null when the model has no such token. */
  readonly beginningToken: { readonly id: number; readonly text: string } | null;
  readonly continuations: readonly Continuation[];
}
