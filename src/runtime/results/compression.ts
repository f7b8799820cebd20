import type { DeviceName } from '../onnxruntime/device-names.ts';
import type { EvaluatedToken } from './tokens.ts';

/** How one segment stands. */
export interface SegmentProgress {
  /** Index of its first token. */
  readonly start: number;
  readonly length: number;
  /** Tokens that come out right from the best vectors so far. */
  readonly correct: number;
  /** Mean cross-entropy of the best vectors so far, in nats per token; undefined before there are any. */
  readonly loss: number | undefined;
  /** Gradient evaluations so far. */
  readonly steps: number;
  readonly state: 'waiting' | 'training' | 'settled';
}

/** How a job stands, with the best vectors so far of every segment. */
export interface JobProgress {
  /** In the order of the text. */
  readonly segments: readonly SegmentProgress[];
  readonly tokens: number;
  readonly correct: number;
  /** Mean over the segments in training, in nats, and in the end over all that were trained; undefined when none was. */
  readonly loss: number | undefined;
  /** Evaluations of all segments together, over the whole job. */
  readonly evaluations: number;
  /** Predicted token in each token's place; -1 where nothing is known yet. */
  readonly predicted: Int32Array;
  /** Of each token at sharpness 1, in nats; NaN where nothing is known yet. */
  readonly nll: Float32Array;
}

export interface CompressionProgress extends JobProgress {
  /** Since the job began, earlier runs that it goes on from included. */
  readonly seconds: number;
  /** A guess from the pace so far; undefined before there is one. */
  readonly secondsLeft: number | undefined;
}

/** Bytes of each part of a .proto file, and of what it stands for. */
export interface Sizes {
  readonly file: number;
  readonly vectors: number;
  readonly corrections: number;
  readonly patches: number;
  /** All else: the description of the file, model and training. */
  readonly header: number;
  /** The text in UTF-8, and that through zlib. */
  readonly text: number;
  readonly deflated: number;
}

export interface CompressionSummary {
  readonly tokens: number;
  readonly segments: number;
  /** Share of the tokens that the forward pass gets right by itself. */
  readonly accuracy: number;
  readonly corrections: number;
  /** Places where the tokenizer does not give the text back and the file carries it. */
  readonly patches: number;
  /** Gradient evaluations of each segment as it is kept. */
  readonly steps: readonly number[];
  /** Gradient evaluations of the whole job, given-up attempts included. */
  readonly evaluations: number;
  readonly seconds: number;
  readonly sizes: Sizes;
  readonly storage: 'F32' | 'F16';
  readonly device: DeviceName;
  /**
   * Whether it was cancelled before every segment had come out right or had its evaluations: the file decodes to the text,
   * but is not what the compression would have come to.
   */
  readonly cancelled: boolean;
  /** Seconds of an earlier, interrupted run that this one went on from. */
  readonly resumedAfterSeconds: number;
  /** Segments whose vectors of before an edit were right as they stood; null when there was no edit. */
  readonly keptSegments: number | null;
}

export interface CompressionResult {
  /** The bytes of the .proto file. */
  readonly file: Uint8Array;
  readonly summary: CompressionSummary;
  /** Every token of the text as the model sees it from the vectors of the file. */
  readonly tokens: readonly EvaluatedToken[];
  /** Of the forward pass, loading not counted. */
  readonly decodeSeconds: number;
}

export interface DecodeResult {
  readonly text: string;
  readonly tokens: number;
  /** Of the forward pass and what follows it, loading not counted. */
  readonly seconds: number;
}

/** The vectors of a file, row by row: e [S,d], m [S,d] or [1,d]. */
export interface Vectors {
  readonly hiddenSize: number;
  readonly e: Float32Array;
  readonly m: Float32Array;
}

/** What a .proto file says of itself. */
export interface Inspection {
  readonly model: {
    readonly id: string;
    readonly revision: string | null;
    readonly architecture: string;
    readonly fingerprint: string;
  };
  readonly arrangement: string;
  readonly hiddenSize: number;
  readonly tokens: number;
  readonly segmentLengths: readonly number[];
  readonly sharedM: boolean;
  readonly storage: string;
  readonly corrections: number;
  readonly patches: number;
  readonly accuracy: number;
  readonly training: {
    readonly recipe: string;
    readonly seed: number;
    readonly steps: readonly number[];
    readonly device: string;
    readonly version: string;
  };
  readonly sizes: Sizes;
}
