import { NotificationType, RequestType } from 'vscode-jsonrpc';
import type { ConnectProgress, ConnectReport } from '../analysis/connectivity/connect.ts';
import type { PathPoint } from '../analysis/connectivity/decode-path.ts';
import type { Pair } from '../analysis/connectivity/ends.ts';
import type { ConnectChoices } from '../analysis/connectivity/options.ts';
import type { LossSurface } from '../analysis/connectivity/surface.ts';
import type { DistanceChoices } from '../analysis/distances/options.ts';
import type { DistanceReport } from '../analysis/distances/report.ts';
import type { ProbeChoices } from '../analysis/probe/options.ts';
import type { ProbeReport } from '../analysis/probe/probe.ts';
import type { ContextText } from '../analysis/solutions/continuations.ts';
import type { SolutionsProgress, SolutionsSummary } from '../analysis/solutions/find-solutions.ts';
import type { NamedFile } from '../analysis/solutions/gather.ts';
import type { SolutionChoices } from '../analysis/solutions/options.ts';
import type { Solution, SolutionCurve, SolvedText } from '../files/solutions-file.ts';
import type { EngineFailure, ModelRequest } from './protocol.ts';

/** Texts that the model generates itself. */
export interface ContinuationsRequest {
  readonly contexts: readonly ContextText[];
  /** Continuations of each context. */
  readonly count: number;
  /** Of each continuation. */
  readonly tokens: number;
}

export interface FindSolutionsRequest extends ModelRequest {
  /** Names the job in progress notifications. */
  readonly job: string;
  readonly texts: readonly SolvedText[];
  /** Texts that are generated first, and join those given. */
  readonly continuations?: ContinuationsRequest;
  readonly options: SolutionChoices;
}

export interface FindSolutionsResult {
  /** The bytes of a NAME.solutions.json. */
  readonly file: Uint8Array;
  readonly summary: SolutionsSummary;
}

/** What a file of solutions holds, vectors aside. */
export interface SolutionsInspection {
  readonly model: { readonly id: string; readonly revision: string | null; readonly fingerprint: string };
  readonly arrangement: string;
  readonly recipe: string;
  readonly hiddenSize: number;
  readonly texts: readonly SolvedText[];
  readonly solutions: readonly Omit<Solution, 'e' | 'm'>[];
  readonly curves: readonly Omit<SolutionCurve, 'e' | 'm'>[];
}

/** NAME.solutions.json files, or .proto files of one segment each, all of one model and arrangement. */
export interface SolutionFilesRequest extends ModelRequest {
  readonly files: readonly NamedFile[];
}

export interface DistancesRequest extends SolutionFilesRequest {
  readonly options: DistanceChoices;
}

export interface ConnectRequest extends ModelRequest, NamedFile {
  /** Names the job in progress notifications. */
  readonly job: string;
  readonly options: ConnectChoices;
}

export interface ConnectResult {
  /** The bytes of the NAME.solutions.json with its curves. */
  readonly file: Uint8Array;
  readonly report: ConnectReport;
}

/** A pair of solutions of a NAME.solutions.json, and the curve that it holds of them. */
export interface PairRequest extends ModelRequest, NamedFile {
  readonly pair: Pair;
}

export interface SurfaceRequest extends PairRequest {
  /** On each side of the grid. */
  readonly points: number;
}

export interface DecodePathRequest extends PairRequest {
  readonly path: 'straight' | 'curve';
  /** Points of [0,1]. */
  readonly ts: readonly number[];
}

export interface ProbeRequest extends ModelRequest, NamedFile {
  readonly options: ProbeChoices;
}

/** Cancelling it ends training after the step in progress; the result is what has been earned. */
export const findSolutions = new RequestType<FindSolutionsRequest, FindSolutionsResult, EngineFailure>(
  'solutions/find',
);
/** At most ten a second. */
export const solutionsProgress = new NotificationType<{ readonly job: string; readonly progress: SolutionsProgress }>(
  'solutions/progress',
);
/** The bytes of a NAME.solutions.json with the solutions of several files in one. */
export const gatherSolutions = new RequestType<SolutionFilesRequest, Uint8Array, EngineFailure>('solutions/gather');
export const inspectSolutions = new RequestType<NamedFile, SolutionsInspection, EngineFailure>('solutions/inspect');
export const distances = new RequestType<DistancesRequest, DistanceReport, EngineFailure>('solutions/distances');
/** Cancelling it ends training after the step in progress; the result is what has been earned. */
export const connect = new RequestType<ConnectRequest, ConnectResult, EngineFailure>('curves/connect');
/** At most ten a second. */
export const connectProgress = new NotificationType<{ readonly job: string; readonly progress: ConnectProgress }>(
  'curves/progress',
);
/** Cancelling it makes it fail. */
export const lossSurface = new RequestType<SurfaceRequest, LossSurface, EngineFailure>('curves/surface');
export const decodePath = new RequestType<DecodePathRequest, readonly PathPoint[], EngineFailure>('curves/decode');
/** Of a NAME.solutions.json or a .proto file. Cancelling it ends the continuations early. */
export const probe = new RequestType<ProbeRequest, ProbeReport, EngineFailure>('probe');
