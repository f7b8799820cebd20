/**
 * What webviews may ask of the extension host: the schema of each request's parameters, by which the host checks it, and
 * the type of its result. A request that fails rejects at its caller. The pages import types only.
 */
import * as z from 'zod/mini';
import { connectOptions } from '../runtime/analysis/connectivity/options.ts';
import { bytes } from '../runtime/operations/operation.ts';
import type { Surprisal } from '../runtime/results/tokens.ts';
import { arrangementNames } from '../runtime/training/arrangement.ts';
import type { NearestView, TokenDetail, TokenScores } from './protocol.ts';
import type { RunDetails } from './runs/protocol.ts';

const nothing = z.null();
const index = z.int().check(z.minimum(0));

const sharedRequests = {
  /** The webview listens; `show` follows. */
  ready: nothing,
  /** Texts of token ids, in order. */
  tokenTexts: z.object({ ids: z.readonly(z.array(z.int())) }),
  /** Asks the person for a place and writes there; false when they changed their mind. */
  exportFile: z.object({ name: z.string(), content: z.union([z.string(), bytes]) }),
  /** Opens the glossary at a term. */
  showGlossary: z.object({ term: z.string() }),
};

interface SharedResults {
  readonly ready: null;
  readonly tokenTexts: readonly string[];
  readonly exportFile: boolean;
  readonly showGlossary: null;
}

/** What a page offers where something is missing or went wrong. */
const offers = ['openAsText', 'retry', 'selectModel', 'showLog', 'compressSelection', 'openSample'] as const;
export type Offer = (typeof offers)[number];

/** Buttons of the panel and of the file editor; what they do is the host's. */
const panelActions = [
  ...offers,
  'cancel',
  'resume',
  'save',
  'trainLonger',
  'tryArrangement',
  'trySeed',
  'copyText',
  'decode',
  'decodeHere',
  'fetchModel',
  'breakIt',
  'lookInside',
  'compare',
  'verify',
  'exportVectors',
  'changeBudget',
] as const;
export type PanelAction = (typeof panelActions)[number];

/** Of the panel, and of the editor of .proto files. */
export const panelRequests = {
  ...sharedRequests,
  explain: z.object({ index }),
  /** Rank and margin of every token, from the latest vectors. */
  scores: nothing,
  /** How much each token of the text surprises the frozen model. */
  surprisal: nothing,
  /** Marks the token's range in its editor while it is pointed at; null takes the mark away. */
  hoverToken: z.object({ index: z.nullable(index) }),
  /** Shows and selects the token's range in its editor. */
  revealToken: z.object({ index }),
  /** Nearest vocabulary tokens of every vector of a file. */
  nearest: nothing,
  act: z.object({ action: z.enum(panelActions) }),
  /** Compresses the job's text once more, in another arrangement. */
  tryArrangement: z.object({ arrangement: z.enum(arrangementNames) }),
};

interface PanelResults extends SharedResults {
  readonly explain: TokenDetail;
  readonly scores: TokenScores;
  readonly surprisal: Surprisal;
  readonly hoverToken: null;
  readonly revealToken: null;
  readonly nearest: readonly NearestView[];
  readonly act: null;
  readonly tryArrangement: null;
}

/** Of the editor of NAME.solutions.json. */
export const solutionsRequests = {
  ...sharedRequests,
  /** One of the engine's analyses of the file, by its name in operations/solutions.ts; the engine checks its parameters. */
  ask: z.object({ name: z.string(), parameters: z.record(z.string(), z.unknown()) }),
  /** Trains curves between solutions of one text; progress and what was found come as messages. */
  connect: z.object({
    pairs: z.readonly(z.array(z.tuple([index, index]))),
    steps: connectOptions.shape.steps.def.innerType,
    grid: connectOptions.shape.grid.def.innerType,
    /** Also those that the file holds a curve of. */
    retrain: z.boolean(),
  }),
  /** Ends the training of curves with what there is. */
  cancel: nothing,
  act: z.object({ action: z.enum(offers) }),
};

interface SolutionsResults extends SharedResults {
  readonly ask: unknown;
  readonly connect: null;
  readonly cancel: null;
  readonly act: null;
}

/** Of the page that compares runs. */
export const runsRequests = {
  ...sharedRequests,
  /** Tokens and history of a run. */
  details: z.object({ id: z.string() }),
  /** The runs that are compared: what becomes of them comes as messages. */
  follow: z.object({ ids: z.readonly(z.array(z.string())) }),
  /** Texts of token ids of a run's model, in order. */
  textsOf: z.object({ id: z.string(), ids: z.readonly(z.array(z.int())) }),
  /** Shows the panel of a run. */
  showRun: z.object({ id: z.string() }),
  act: z.object({ action: z.enum(['openSample']) }),
};

interface RunsResults extends SharedResults {
  readonly details: RunDetails;
  readonly follow: null;
  readonly textsOf: readonly string[];
  readonly showRun: null;
  readonly act: null;
}

/** Buttons of the page of an experiment. */
const experimentActions = [...offers, 'cancel', 'continue', 'openReport', 'revealFolder'] as const;
export type ExperimentAction = (typeof experimentActions)[number];

/** Of the page of an experiment. */
export const experimentRequests = { ...sharedRequests, act: z.object({ action: z.enum(experimentActions) }) };

interface ExperimentResults extends SharedResults {
  readonly act: null;
}

/** Of the page of the glossary. */
export const glossaryRequests = { ready: nothing };

/** Parameters and result of each request, by its name. */
export type RequestTable<Table> = {
  readonly [Name in keyof Table]: { readonly params: unknown; readonly result: unknown };
};

/** Schemas of requests, by name. */
export type RequestSchemas = Readonly<Record<string, z.ZodMiniType>>;

/** Parameters and result of each request. */
type Table<Schemas extends RequestSchemas, Results extends Record<keyof Schemas, unknown>> = {
  readonly [Name in keyof Schemas]: { readonly params: z.input<Schemas[Name]>; readonly result: Results[Name] };
};

export type SharedRequests = Table<typeof sharedRequests, SharedResults>;
export type PanelRequests = Table<typeof panelRequests, PanelResults>;
export type SolutionsRequests = Table<typeof solutionsRequests, SolutionsResults>;
export type ExperimentRequests = Table<typeof experimentRequests, ExperimentResults>;
export type RunsRequests = Table<typeof runsRequests, RunsResults>;

export type GlossaryRequests = Table<typeof glossaryRequests, { readonly ready: null }>;

/** What the page of the glossary is told: the term that is asked about, if one is. */
export interface GlossaryNews {
  readonly type: 'term';
  readonly term: string | null;
}
