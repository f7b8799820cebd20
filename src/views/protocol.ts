/**
 * What the extension host tells the panel and the editor of .proto files; what these ask for stands in requests.ts. Types
 * only, shared by both sides.
 */
import type { CompressionSummary, Inspection, SegmentProgress } from '../runtime/results/compression.ts';
import type { ModelSummary } from '../runtime/results/models.ts';
import type { Neighbours, TextToken } from '../runtime/results/tokens.ts';
import type { ArrangementName } from '../runtime/training/arrangement.ts';
import type { Splitting } from './jobs/splitting.ts';
import type { Offer } from './requests.ts';

/** JSON knows no undefined: a loss that is not known is null. */
export type SegmentView = Omit<SegmentProgress, 'loss'> & { readonly loss: number | null };

/** How every token of a text stood at one moment of the training. */
export interface Moment {
  /** Gradient evaluations of the whole job until then: the x axis of everything. */
  readonly evaluations: number;
  readonly seconds: number;
  readonly secondsLeft: number | null;
  readonly correct: number;
  /** Mean over the segments that have one. */
  readonly loss: number | null;
  readonly segments: readonly SegmentView[];
  /** Predicted token of each token's place; -1 where nothing is known yet. */
  readonly predicted: Int32Array;
  /** Probability of the right token, 0 to 1; NaN where nothing is known yet. */
  readonly probability: Float32Array;
}

export interface Choices {
  readonly arrangement: string;
  readonly recipe: string;
  readonly segmentLength: number;
  /** Undefined takes the recipe's. */
  readonly budget: number | undefined;
  readonly seed: number;
  readonly sharedM: boolean;
}

export type ModelView = Pick<
  ModelSummary,
  'id' | 'architecture' | 'parameters' | 'hiddenSize' | 'device' | 'deviceReason'
>;

export type JobStatus = 'queued' | 'running' | 'cancelling' | 'finished' | 'cancelled' | 'interrupted' | 'failed';

/** How a job of any kind stands, where a person looks for the difference: a finished one has all tokens right or not. */
export type Standing = Exclude<JobStatus, 'finished'> | 'perfect' | 'imperfect';

export interface ResultView extends Omit<CompressionSummary, 'tokens'> {
  readonly decodedTokens: number;
  /** Of the one-step decode, loading not counted. */
  readonly decodeSeconds: number;
  /** Where it was saved, as the workspace calls it. */
  readonly savedAs: string | null;
  /** What it cost that segments were split; null when none was. */
  readonly splitting: Splitting | null;
}

/** A compression, running or not. */
export interface JobDocument {
  readonly kind: 'job';
  readonly id: string;
  readonly title: string;
  readonly text: string;
  readonly status: JobStatus;
  /** One sentence, when it failed. */
  readonly problem: string | null;
  readonly choices: Choices;
  readonly model: ModelView | null;
  /** Empty until the text has been cut into tokens. */
  readonly tokens: readonly TextToken[];
  /** In order; thinned out, see `history.ts`. */
  readonly moments: readonly Moment[];
  readonly result: ResultView | null;
  readonly arrangements: readonly ArrangementView[];
}

export interface ArrangementView {
  readonly name: ArrangementName;
  /** "[e][m]×(N-1)" */
  readonly label: string;
  /** Which vector stands at each position of the model's input, for a text of a few tokens. */
  readonly inputs: readonly ('e' | 'm')[];
  /** Position whose output emits token i of that text. */
  readonly outputs: readonly number[];
}

export interface NearestView extends Neighbours {
  /** "e of segment 1", "m" */
  readonly vector: string;
}

/** A .proto file of ours, opened. */
export interface FileDocument extends Inspection {
  readonly kind: 'file';
  readonly name: string;
  readonly arrangementLabel: string;
}

/** What needs the model of a file: sent after the file itself. */
export interface FileContents {
  readonly text: string;
  readonly tokens: readonly TextToken[];
  readonly moment: Moment;
  readonly decodeSeconds: number;
}

/** A file that is not ours, newer, damaged or empty: what it is, and what can be done. */
export interface ForeignDocument {
  readonly kind: 'foreign';
  readonly name: string;
  /** One sentence. */
  readonly problem: string;
  /** What can be done about it, the likeliest first. */
  readonly offers: readonly Offer[];
}

export type PanelDocument = JobDocument | FileDocument | ForeignDocument;

export type HostMessage =
  /** The whole document: first answer to `ready`, and again when another one takes its place. */
  | { readonly type: 'show'; readonly document: PanelDocument }
  | { readonly type: 'tokens'; readonly tokens: readonly TextToken[]; readonly model: ModelView }
  | { readonly type: 'moment'; readonly moment: Moment }
  | { readonly type: 'status'; readonly status: JobStatus; readonly problem: string | null }
  | { readonly type: 'result'; readonly result: ResultView }
  /** Contents of a file, or why they cannot be had (another model, no device). */
  | {
      readonly type: 'contents';
      readonly contents: FileContents | null;
      readonly problem: string | null;
      /** Whether its model is not installed and can be fetched by its name. */
      readonly canFetch?: boolean;
    }
  /** Why a file has not been decoded and waits to be asked for it; null when it is being decoded. */
  | { readonly type: 'undecoded'; readonly reason: string | null }
  /** A token was chosen in the editor. */
  | { readonly type: 'focusToken'; readonly index: number }
  /** The person wants the text in another arrangement, and is to be asked in which. */
  | { readonly type: 'chooseArrangement' };

export interface ScoredToken {
  readonly id: number;
  readonly text: string;
  /** 0 to 1 */
  readonly probability: number;
}

/** How the model sees every token of the text, from the best vectors so far. */
export interface TokenScores {
  /** Of the right token among all tokens, from 1; 0 where it is not known. */
  readonly rank: Int32Array;
  /** The right token's logit less the greatest other one; NaN where it is not known. */
  readonly margin: Float32Array;
}

/** How the model sees one place of the text, from the best vectors so far. */
export interface TokenDetail {
  readonly index: number;
  readonly target: ScoredToken;
  readonly predicted: ScoredToken;
  /** Of the target among all tokens, from 1. */
  readonly rank: number;
  /** The five likeliest, the likeliest first. */
  readonly top: readonly ScoredToken[];
}
