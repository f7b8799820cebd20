import { NotificationType, RequestType } from 'vscode-jsonrpc';
import type { CompressionProgress, CompressionSummary } from '../compression/compress.ts';
import type { CompressionChoices } from '../compression/options.ts';
import type { Sizes } from '../files/proto-file.ts';
import type { DeviceChoice, DeviceName } from '../onnxruntime/device-names.ts';

/** A model folder and where to compute: every request names both, so that a restarted engine needs no history. */
export interface ModelRequest {
  /** An ordinary Hugging Face folder. */
  readonly folder: string;
  readonly device: DeviceChoice;
}

export interface ModelSummary {
  readonly id: string;
  readonly revision: string | null;
  readonly architecture: string;
  readonly fingerprint: string;
  readonly parameters: number;
  readonly hiddenSize: number;
  readonly vocabularySize: number;
  readonly device: DeviceName;
  /** Why this device, in words. */
  readonly deviceReason: string;
  /** Whether weights are packed for speed, or left in the file for want of memory. */
  readonly packedWeights: boolean;
}

export interface CompressRequest extends ModelRequest {
  /** Names the job in progress notifications. */
  readonly job: string;
  readonly text: string;
  readonly options: CompressionChoices;
  /**
   * File in which the job is kept while it runs, and from which it goes on when it was interrupted. It stays until the
   * client removes it: only the client knows when the result is safe.
   */
  readonly checkpoint?: string;
  /**
   * Bytes of a .proto file of the same text, or of an earlier version of it, whose vectors are the start: what it gets
   * wrong is trained longer, what was edited is trained anew.
   */
  readonly continueFrom?: Uint8Array;
  /** Whether progress is wanted from the start; see `watch`. */
  readonly watched: boolean;
}

export interface CompressResult {
  /** The bytes of the .proto file. */
  readonly file: Uint8Array;
  readonly summary: CompressionSummary;
  /** Every token of the text as the model sees it from the vectors of the file. */
  readonly tokens: readonly EvaluatedToken[];
  /** Of the forward pass, loading not counted. */
  readonly decodeSeconds: number;
}

export interface FileRequest extends ModelRequest {
  /** The bytes of a .proto file, and its name for messages. */
  readonly file: Uint8Array;
  readonly name: string;
}

export interface DecodeResult {
  readonly text: string;
  readonly tokens: number;
  /** Of the forward pass and what follows it, loading not counted. */
  readonly seconds: number;
}

export interface EvaluateRequest extends FileRequest {
  /** What the vectors should emit; the file's own text when left out. */
  readonly text?: string;
}

export interface TextRequest extends ModelRequest {
  readonly text: string;
}

/** A token and its place in a text. */
export interface LocatedToken {
  readonly id: number;
  /** For a person to read. */
  readonly text: string;
  /** UTF-16 offsets in the text. */
  readonly start: number;
  readonly end: number;
}

export interface LikelyToken {
  readonly id: number;
  readonly text: string;
  /** -log p, in nats. */
  readonly nll: number;
}

/** How the model sees one token from its proto-tokens. */
export interface ExplainedToken {
  readonly target: number;
  readonly targetText: string;
  readonly predicted: number;
  readonly predictedText: string;
  /** -log p(target), in nats. */
  readonly nll: number;
  /** Of the target among all tokens, from 1. */
  readonly rank: number;
  /** The five likeliest, the likeliest first. */
  readonly top: readonly LikelyToken[];
}

export interface EvaluatedToken extends ExplainedToken {
  /** UTF-16 offsets in the text. */
  readonly start: number;
  readonly end: number;
}

/** The tokens of one segment of a running job, from its best vectors so far. */
export interface Explanation {
  /** Index of the first of them in the whole text. */
  readonly first: number;
  readonly tokens: readonly ExplainedToken[];
}

/** Vocabulary tokens that lie near one vector of a file. */
export interface NearestTokens {
  readonly proto: 'e' | 'm';
  /** Row of the vector among those of its kind. */
  readonly row: number;
  readonly norm: number;
  readonly byCosine: readonly NearToken[];
  readonly byProduct: readonly NearToken[];
}

export interface NearToken {
  readonly id: number;
  readonly text: string;
  readonly cosine: number;
  readonly product: number;
}

/** The vectors of a file, row by row: e [S,d], m [S,d] or [1,d]. */
export interface Vectors {
  readonly hiddenSize: number;
  readonly e: Float32Array;
  readonly m: Float32Array;
}

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

/** How an error crosses to the client: whether the user can mend it, and its stack if not. */
export interface EngineFailure {
  readonly mendable: boolean;
  readonly stack?: string;
}

export const loadModel = new RequestType<ModelRequest, ModelSummary, EngineFailure>('model/load');
/** Cancelling it ends training after the step in progress; the result is what has been earned. */
export const compress = new RequestType<CompressRequest, CompressResult, EngineFailure>('compress');
export const decode = new RequestType<FileRequest, DecodeResult, EngineFailure>('decode');
export const evaluate = new RequestType<EvaluateRequest, readonly EvaluatedToken[], EngineFailure>('evaluate');
export const tokenize = new RequestType<TextRequest, readonly LocatedToken[], EngineFailure>('tokenize');
export const tokenTexts = new RequestType<
  ModelRequest & { readonly ids: readonly number[] },
  readonly string[],
  EngineFailure
>('tokenTexts');
/** Looks at a token of a job that is running. */
export const explain = new RequestType<{ readonly job: string; readonly position: number }, Explanation, EngineFailure>(
  'compress/explain',
);
export const nearest = new RequestType<
  FileRequest & { readonly count: number },
  readonly NearestTokens[],
  EngineFailure
>('nearest');
export const vectors = new RequestType<{ readonly file: Uint8Array; readonly name: string }, Vectors, EngineFailure>(
  'vectors',
);
export const inspect = new RequestType<{ readonly file: Uint8Array; readonly name: string }, Inspection, EngineFailure>(
  'inspect',
);

/** At most ten a second, and only of watched jobs. */
export const progress = new NotificationType<{ readonly job: string; readonly progress: CompressionProgress }>(
  'compress/progress',
);
/** Somebody looks at a job, or no longer does. */
export const watch = new NotificationType<{ readonly job: string; readonly watched: boolean }>('compress/watch');
