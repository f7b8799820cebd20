/**
 * What the extension host and the editor of NAME.solutions.json files say to each other. Types only, shared by both
 * sides; the messages themselves travel as in ../protocol.ts.
 */
import type { NearestView } from '../protocol.ts';

export interface TextView {
  readonly title: string;
  readonly text: string;
  /** Title of what it was generated from; texts with the same one are of the same context. */
  readonly context?: string | undefined;
}

export interface SolutionView {
  /** Index of its text. */
  readonly text: number;
  readonly seed: number;
  /** Gradient evaluations. */
  readonly steps: number;
  readonly correct: number;
  readonly tokens: number;
}

export interface ComparedSolutionView extends SolutionView {
  /** In the file. */
  readonly index: number;
}

/** A file of solutions, opened. */
export interface SolutionsDocument {
  readonly kind: 'solutions';
  readonly name: string;
  readonly modelId: string;
  readonly arrangement: string;
  readonly recipe: string;
  readonly hiddenSize: number;
  readonly texts: readonly TextView[];
  readonly solutions: readonly SolutionView[];
}

/** A file that is not ours, newer or damaged. */
export interface ForeignSolutions {
  readonly kind: 'foreign';
  readonly name: string;
  /** One sentence. */
  readonly problem: string;
}

export type PairKind = 'same-text' | 'same-context' | 'different-context';
export type DistanceMeasure = 'cosine' | 'euclidean';
export type ComparedVectors = 'e' | 'm' | 'both';
export type SolutionOrder = 'file' | 'text' | 'clusters';

export interface PairGroupView {
  readonly kind: PairKind;
  readonly pairs: number;
  readonly median: number;
  readonly quartiles: readonly [number, number];
  readonly least: number;
  readonly greatest: number;
  /** Kernel density estimate on a grid that all groups share. */
  readonly density: { readonly x: Float64Array; readonly y: Float64Array };
}

export interface TextPairView {
  readonly texts: readonly [number, number];
  readonly kind: Exclude<PairKind, 'same-text'>;
  readonly textDistance: number;
  readonly vectorDistance: number;
}

export interface BinView {
  readonly kind: TextPairView['kind'];
  readonly textDistance: number;
  readonly vectorDistance: number;
  readonly pairs: number;
}

export interface DistancesView {
  readonly measure: DistanceMeasure;
  readonly over: ComparedVectors;
  /** The solutions that are compared. */
  readonly solutions: readonly ComparedSolutionView[];
  /** Solutions that got too few tokens right to be compared. */
  readonly leftOut: number;
  /** [n,n] row by row, in the order of `solutions`. */
  readonly distances: Float32Array;
  /** Indices into `solutions`, as they should stand in the heatmap. */
  readonly order: readonly number[];
  readonly groups: readonly PairGroupView[];
  readonly overlaps: readonly { readonly kinds: readonly [PairKind, PairKind]; readonly coefficient: number }[];
  /** Token-level text distance against vector distance, a point for each pair of texts; empty for one text. */
  readonly textPairs: readonly TextPairView[];
  readonly bins: readonly BinView[];
  /** The same by meaning (sentence embeddings); empty when that is not known. */
  readonly semanticPairs: readonly TextPairView[];
  readonly semanticBins: readonly BinView[];
  /** Why it is not known, in a sentence; null when it is. */
  readonly semanticMissing: string | null;
}

/** How a path between two solutions fares, on an even grid of t from 0 to 1. */
export interface PathView {
  readonly accuracy: readonly number[];
  /** Mean over the tokens, in nats. */
  readonly nll: readonly number[];
  /** Token ids that come out, at each t. */
  readonly predicted: readonly Int32Array[];
  readonly lowestAccuracy: number;
  /** Each piece of the path weighted by its length. */
  readonly meanAccuracy: number;
}

export interface ConnectionView {
  /** Indices of the two solutions in the file. */
  readonly first: number;
  readonly second: number;
  readonly line: PathView;
  readonly curve: PathView;
  /** Length of the curve over that of the line. */
  readonly ratio: number;
  /** Training steps of the curve. */
  readonly steps: number;
  /** Of the text, in order. */
  readonly targets: readonly { readonly id: number; readonly text: string }[];
}

/** Loss and accuracy on the plane through two solutions and the control point of their curve. */
export interface SurfaceView {
  /** Coordinates along both axes of the plane, in units of the vectors' space. */
  readonly x: readonly number[];
  readonly y: readonly number[];
  /** [y,x] row by row: mean nll in nats, and accuracy. */
  readonly nll: Float32Array;
  readonly accuracy: Float32Array;
  /** Points of both paths in the plane. */
  readonly line: readonly (readonly [number, number])[];
  readonly curve: readonly (readonly [number, number])[];
  readonly control: readonly [number, number];
}

/** What the vectors of one solution hold. */
export interface ProbeView {
  readonly nearest: readonly NearestView[];
  /** Quantiles 0, 0.25, 0.5, 0.75, 1 of the norms of the embedding matrix. */
  readonly embeddingNorms: readonly number[];
  /** Attention that each output position pays to `e`: [layer, head, position] row by row. */
  readonly attention: {
    readonly layers: number;
    readonly heads: number;
    readonly positions: number;
    readonly toE: Float32Array;
  };
  /** Autoregressive continuations of (e, m) and the beginning-of-text token. */
  readonly greedy: string;
  readonly sampled: readonly string[];
}

export interface WorkProgress {
  /** 0 to 1 */
  readonly share: number;
  /** "curve 3 of 45, lowest accuracy 0.92" */
  readonly message: string;
}

export type SolutionsMessage =
  | {
      readonly type: 'show';
      readonly document: SolutionsDocument | ForeignSolutions;
      /** What has been connected since the file was opened: a webview that is made anew knows nothing of it. */
      readonly connections?: readonly ConnectionView[];
    }
  | { readonly type: 'progress'; readonly progress: WorkProgress | null }
  | { readonly type: 'reply'; readonly id: number; readonly result: unknown }
  | { readonly type: 'failure'; readonly id: number; readonly message: string };

/** What the webview may ask for. A request that fails rejects at its caller. */
export interface SolutionsRequests {
  ready: { readonly params: null; readonly result: null };
  distances: {
    readonly params: {
      readonly measure: DistanceMeasure;
      readonly over: ComparedVectors;
      readonly order: SolutionOrder;
      /** Compare by meaning where the sentence model is there, or fetch it: only when a person has said so. */
      readonly semantic: 'cached' | 'fetch';
    };
    readonly result: DistancesView;
  };
  /** Trains curves between solutions of one text; progress comes as messages. */
  connect: {
    readonly params: {
      readonly pairs: 'all' | readonly (readonly [number, number])[];
      readonly steps: number;
      readonly grid: number;
    };
    readonly result: readonly ConnectionView[];
  };
  surface: { readonly params: { readonly pair: readonly [number, number] }; readonly result: SurfaceView };
  probe: { readonly params: { readonly solution: number }; readonly result: ProbeView };
  tokenTexts: { readonly params: { readonly ids: readonly number[] }; readonly result: readonly string[] };
  /** Ends the connection in progress with what has been earned. */
  cancel: { readonly params: null; readonly result: null };
  act: { readonly params: { readonly action: 'openAsText' | 'selectModel' | 'retry' }; readonly result: null };
  exportFile: {
    readonly params: { readonly name: string; readonly content: string | Uint8Array };
    readonly result: boolean;
  };
}
