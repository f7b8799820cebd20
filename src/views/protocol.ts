/**
 * What the extension host and its webviews say to each other: one union of messages from the host, one table of
 * requests from the webview. Types only, shared by both sides.
 */

/** A token of a text, as it does not change while its vectors are sought. */
export interface TextToken {
  readonly id: number;
  /** For a person to read; parts of characters are shown as bytes. */
  readonly text: string;
  /** UTF-16 offsets in the text. */
  readonly start: number;
  readonly end: number;
}

export interface SegmentView {
  /** Index of its first token. */
  readonly start: number;
  readonly length: number;
  /** Tokens that come out right from the best vectors so far. */
  readonly correct: number;
  /** Gradient evaluations so far. */
  readonly steps: number;
  /** Mean cross-entropy of the best vectors so far, in nats a token; null before there are any. */
  readonly loss: number | null;
  readonly state: 'waiting' | 'training' | 'settled';
}

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
  readonly steps: number | undefined;
  readonly seed: number;
  readonly sharedM: boolean;
}

export interface ModelView {
  readonly id: string;
  readonly architecture: string;
  readonly parameters: number;
  readonly hiddenSize: number;
  readonly device: string;
  /** Why this device, in words. */
  readonly deviceReason: string;
}

export type JobStatus = 'queued' | 'running' | 'finished' | 'cancelled' | 'interrupted' | 'failed';

/** Bytes of each part of a .proto file, and of what it stands for. */
export interface SizesView {
  readonly file: number;
  readonly vectors: number;
  readonly corrections: number;
  readonly patches: number;
  readonly header: number;
  readonly text: number;
  readonly deflated: number;
}

export interface ResultView {
  readonly segments: number;
  /** Segments whose vectors of before an edit were right as they stood; null when there was no edit. */
  readonly keptSegments: number | null;
  /** Share of the tokens that one forward pass gets right by itself. */
  readonly accuracy: number;
  readonly corrections: number;
  readonly patches: number;
  /** Gradient evaluations of each segment as it is kept. */
  readonly steps: readonly number[];
  readonly evaluations: number;
  readonly seconds: number;
  readonly sizes: SizesView;
  readonly storage: string;
  readonly device: string;
  readonly decodedTokens: number;
  /** Of the one-step decode, loading not counted. */
  readonly decodeSeconds: number;
  /** Where it was saved, as the workspace calls it. */
  readonly savedAs: string | null;
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
  readonly arrangements: readonly { readonly name: string; readonly label: string }[];
}

/** A token that a vector is near to in the embedding matrix. */
export interface NearToken {
  readonly id: number;
  readonly text: string;
  readonly cosine: number;
  readonly product: number;
}

export interface NearestView {
  /** "e of segment 1", "m" */
  readonly vector: string;
  readonly norm: number;
  readonly byCosine: readonly NearToken[];
  readonly byProduct: readonly NearToken[];
}

/** A .proto file of ours, opened. */
export interface FileDocument {
  readonly kind: 'file';
  readonly name: string;
  readonly modelId: string;
  readonly modelRevision: string | null;
  readonly architecture: string;
  readonly fingerprint: string;
  readonly arrangement: string;
  readonly arrangementLabel: string;
  readonly hiddenSize: number;
  readonly tokenCount: number;
  readonly segmentLengths: readonly number[];
  readonly sharedM: boolean;
  readonly storage: string;
  readonly accuracy: number;
  readonly corrections: number;
  readonly patches: number;
  readonly recipe: string;
  readonly seed: number;
  readonly steps: readonly number[];
  readonly device: string;
  readonly version: string;
  readonly sizes: SizesView;
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
  | { readonly type: 'contents'; readonly contents: FileContents | null; readonly problem: string | null }
  /** A token was chosen in the editor. */
  | { readonly type: 'focusToken'; readonly index: number }
  | { readonly type: 'reply'; readonly id: number; readonly result: unknown }
  | { readonly type: 'failure'; readonly id: number; readonly message: string };

export interface ScoredToken {
  readonly id: number;
  readonly text: string;
  /** 0 to 1 */
  readonly probability: number;
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

/** Buttons of the panel and of the file editor; what they do is the host's. */
export type PanelAction =
  | 'cancel'
  | 'resume'
  | 'save'
  | 'trainLonger'
  | 'tryArrangement'
  | 'trySeed'
  | 'copyText'
  | 'decode'
  | 'compare'
  | 'verify'
  | 'exportVectors'
  | 'openAsText'
  | 'selectModel'
  | 'retry';

/** What a webview may ask for: parameters and result of each request. A request that fails rejects at its caller. */
export interface PanelRequests {
  /** The webview listens; `show` follows. */
  ready: { readonly params: null; readonly result: null };
  explain: { readonly params: { readonly index: number }; readonly result: TokenDetail };
  /** Texts of token ids, in order. */
  tokenTexts: { readonly params: { readonly ids: readonly number[] }; readonly result: readonly string[] };
  /** Marks the token's range in its editor while it is pointed at; null takes the mark away. */
  hoverToken: { readonly params: { readonly index: number | null }; readonly result: null };
  /** Shows and selects the token's range in its editor. */
  revealToken: { readonly params: { readonly index: number }; readonly result: null };
  /** Nearest vocabulary tokens of every vector of a file. */
  nearest: { readonly params: null; readonly result: readonly NearestView[] };
  act: { readonly params: { readonly action: PanelAction }; readonly result: null };
  /** Asks the person for a place and writes there; false when they changed their mind. */
  exportFile: {
    readonly params: { readonly name: string; readonly content: string | Uint8Array };
    readonly result: boolean;
  };
}

export type PanelRequestName = keyof PanelRequests;

export type WebviewMessage = {
  readonly [Name in PanelRequestName]: {
    readonly type: 'request';
    readonly id: number;
    readonly name: Name;
    readonly params: PanelRequests[Name]['params'];
  };
}[PanelRequestName];
