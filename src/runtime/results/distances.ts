import type { SolutionFacts, SolvedText } from './solutions.ts';

/** Solutions of one text, of two texts from one context, or of texts that have nothing to do with each other. */
export type PairKind = 'same-text' | 'same-context' | 'different-context';
export type Measure = 'cosine' | 'euclidean';
/** Which vectors are compared; both means one vector [2d], `e` then `m`. */
export type ComparedVectors = 'e' | 'm' | 'both';
/** As in the files, those of a text together, or as a hierarchical clustering puts them. */
export type SolutionOrder = 'file' | 'text' | 'clusters';

/** A solution without its vectors. */
export interface ComparedSolution extends SolutionFacts {
  /** Its index among all solutions that were given: neither text nor seed needs to be one of a kind in a gathered file. */
  readonly index: number;
}

/** An estimated probability density on a grid. */
export interface Density {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/** The distances of all pairs of one kind. */
export interface PairGroup {
  readonly kind: PairKind;
  readonly pairs: number;
  readonly median: number;
  readonly quartiles: readonly [number, number];
  readonly least: number;
  readonly greatest: number;
  /** All groups have the same grid. */
  readonly density: Density;
}

export interface Overlap {
  readonly kinds: readonly [PairKind, PairKind];
  /** Integral of the smaller density, from 0 (apart) to 1 (equal). */
  readonly coefficient: number;
}

/** A pair of texts: how far apart they are, and how far their solutions. */
export interface TextPair {
  /** Indices of the texts, the smaller first. */
  readonly texts: readonly [number, number];
  readonly kind: Exclude<PairKind, 'same-text'>;
  readonly textDistance: number;
  /** Mean over all pairs of a solution of one and a solution of the other. */
  readonly vectorDistance: number;
}

/** Mean of the vector distances of pairs whose texts are about equally far apart. */
export interface Bin {
  readonly kind: TextPair['kind'];
  /** Middle of the bin. */
  readonly textDistance: number;
  readonly vectorDistance: number;
  readonly pairs: number;
}

/** Everything that is to be seen about the distances between solutions. */
export interface DistanceReport {
  readonly measure: Measure;
  readonly over: ComparedVectors;
  readonly texts: readonly SolvedText[];
  /** The solutions that are compared, as in their files. */
  readonly solutions: readonly ComparedSolution[];
  /** Solutions that got too few tokens right to be compared. */
  readonly leftOut: number;
  /** [n,n] row by row, in the order of `solutions`. */
  readonly distances: Float32Array;
  /** Indices into `solutions`, as they should stand in a picture. */
  readonly order: readonly number[];
  readonly groups: readonly PairGroup[];
  readonly overlaps: readonly Overlap[];
  /** Text distance (TF-IDF over the model's tokens) against vector distance, a point for each pair of texts. */
  readonly textPairs: readonly TextPair[];
  readonly bins: readonly Bin[];
  /** The same with the distance of meaning (sentence embeddings); empty when that is not known. */
  readonly semanticPairs: readonly TextPair[];
  readonly semanticBins: readonly Bin[];
  /** Why there are none, in a sentence; null when there are. */
  readonly semanticMissing: string | null;
}
