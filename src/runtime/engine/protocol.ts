import { NotificationType, RequestType } from 'vscode-jsonrpc';
import type { CompressionProgress, CompressionSummary } from '../compression/compress.ts';
import type { CompressionChoices } from '../compression/options.ts';
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
  /** File in which the job is kept while it runs, and from which it goes on when it was interrupted. */
  readonly checkpoint?: string;
  /** Whether progress is wanted from the start; see `watch`. */
  readonly watched: boolean;
}

export interface CompressResult {
  /** The bytes of the .proto file. */
  readonly file: Uint8Array;
  readonly summary: CompressionSummary;
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

export interface EvaluatedToken {
  readonly target: number;
  readonly targetText: string;
  readonly predicted: number;
  readonly predictedText: string;
  /** -log p(target), in nats. */
  readonly nll: number;
  /** Of the target among all tokens, from 1. */
  readonly rank: number;
  /** UTF-16 offsets in the text. */
  readonly start: number;
  readonly end: number;
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
  /** In bytes. */
  readonly sizes: Readonly<Record<string, number>>;
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
export const inspect = new RequestType<{ readonly file: Uint8Array; readonly name: string }, Inspection, EngineFailure>(
  'inspect',
);

/** At most ten a second, and only of watched jobs. */
export const progress = new NotificationType<{ readonly job: string; readonly progress: CompressionProgress }>(
  'compress/progress',
);
/** Somebody looks at a job, or no longer does. */
export const watch = new NotificationType<{ readonly job: string; readonly watched: boolean }>('compress/watch');
