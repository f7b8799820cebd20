/** A text that has solutions. */
export interface SolvedText {
  /** What it is called where a person sees it. */
  readonly title: string;
  readonly text: string;
  /** Title of what it was generated from; texts with the same one are of the same context. */
  readonly context?: string | undefined;
}

/** Two vectors that were trained to emit a text in one forward pass. */
export interface Solution {
  /** Index of its text. */
  readonly text: number;
  readonly seed: number;
  /** Gradient evaluations. */
  readonly steps: number;
  /** Tokens that come out right, of all. */
  readonly correct: number;
  readonly tokens: number;
  /** [d] */
  readonly e: Float32Array;
  /** [d] */
  readonly m: Float32Array;
}

/** A trained quadratic Bezier curve between two solutions of one text. */
export interface SolutionCurve {
  /** Indices of the solutions at t = 0 and t = 1. */
  readonly first: number;
  readonly second: number;
  /** Of its training. */
  readonly steps: number;
  /** `e` of the control point, [d]. */
  readonly e: Float32Array;
  /** `m` of the control point, [d]. */
  readonly m: Float32Array;
}

/** A solution without its vectors. */
export type SolutionFacts = Omit<Solution, 'e' | 'm'>;

/** What a file of solutions holds, vectors aside. */
export interface SolutionsInspection {
  readonly model: { readonly id: string; readonly revision: string | null; readonly fingerprint: string };
  readonly arrangement: string;
  readonly recipe: string;
  readonly hiddenSize: number;
  readonly texts: readonly SolvedText[];
  readonly solutions: readonly SolutionFacts[];
  readonly curves: readonly Omit<SolutionCurve, 'e' | 'm'>[];
}

/** How one solution stands while it is sought. */
export interface SolutionProgress {
  /** Index of its text. */
  readonly text: number;
  readonly seed: number;
  readonly tokens: number;
  /** Of the best vectors so far. */
  readonly correct: number;
  /** Mean cross-entropy of the best vectors so far, in nats per token; undefined before there are any. */
  readonly loss: number | undefined;
  readonly steps: number;
  readonly state: 'waiting' | 'training' | 'settled';
}

/** How a search stands. */
export interface SearchProgress {
  /** By text, then by seed. */
  readonly solutions: readonly SolutionProgress[];
  readonly settled: number;
  /** Solutions whose tokens all come out right. */
  readonly perfect: number;
  /** Evaluations of all solutions together. */
  readonly evaluations: number;
}

export interface SolutionsProgress extends SearchProgress {
  readonly seconds: number;
}

/** What a file of solutions says of itself before them. */
export interface SolutionsHead {
  readonly model: { readonly id: string };
  readonly arrangement: string;
  /** How many. */
  readonly texts: number;
}

export interface SolutionsSummary {
  readonly texts: number;
  readonly solutions: number;
  /** Solutions whose tokens all come out right. */
  readonly perfect: number;
  /** Gradient evaluations of all solutions together. */
  readonly evaluations: number;
  readonly seconds: number;
  readonly cancelled: boolean;
}

export interface SolutionsResult {
  /** The bytes of a NAME.solutions.json. */
  readonly file: Uint8Array;
  readonly summary: SolutionsSummary;
}
