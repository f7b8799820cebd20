import type { CancellationToken, MessageConnection, NotificationType } from 'vscode-jsonrpc/node';
import type { ConnectProgress } from '../analysis/connectivity/connect.ts';
import type { PathPoint } from '../analysis/connectivity/decode-path.ts';
import type { LossSurface } from '../analysis/connectivity/surface.ts';
import type { DistanceReport } from '../analysis/distances/report.ts';
import type { ProbeReport } from '../analysis/probe/probe.ts';
import type { SolutionsProgress } from '../analysis/solutions/find-solutions.ts';
import type { NamedFile } from '../analysis/solutions/gather.ts';
import * as protocol from './analysis-protocol.ts';

/** Sends a request to the engine that an abort of the signal cancels. */
type Send = <R>(
  ask: (connection: MessageConnection, token: CancellationToken) => Promise<R>,
  signal?: AbortSignal,
) => Promise<R>;

export interface AnalysisHooks<Progress> {
  readonly onProgress?: (progress: Progress) => void;
  /** Its abort ends the work with what has been earned. */
  readonly signal?: AbortSignal;
}

/** Who hears of the progress of which job. */
class Followers<Progress> {
  private readonly byJob = new Map<string, (progress: Progress) => void>();

  /** A connection has one handler of a kind, so all jobs share it. */
  listen(
    connection: MessageConnection,
    type: NotificationType<{ readonly job: string; readonly progress: Progress }>,
  ): void {
    connection.onNotification(type, ({ job, progress }) => this.byJob.get(job)?.(progress));
  }

  /** Follows a job as long as its work lasts. */
  async during<R>(job: string, onProgress: ((progress: Progress) => void) | undefined, work: Promise<R>): Promise<R> {
    if (onProgress) this.byJob.set(job, onProgress);
    try {
      return await work;
    } finally {
      this.byJob.delete(job);
    }
  }
}

/** The engine's requests about the space of solutions. All reject with UserError and EngineCrash as EngineClient does. */
export class AnalysisClient {
  private readonly searches = new Followers<SolutionsProgress>();
  private readonly connections = new Followers<ConnectProgress>();

  constructor(private readonly send: Send) {}

  /** Hears what a new connection says without being asked. */
  listen(connection: MessageConnection): void {
    this.searches.listen(connection, protocol.solutionsProgress);
    this.connections.listen(connection, protocol.connectProgress);
  }

  /** Trains many solutions of one or several texts. Cancelled, it resolves with those that have been evaluated. */
  findSolutions(
    request: protocol.FindSolutionsRequest,
    hooks: AnalysisHooks<SolutionsProgress> = {},
  ): Promise<protocol.FindSolutionsResult> {
    const work = this.send(
      (connection, token) => connection.sendRequest(protocol.findSolutions, request, token),
      hooks.signal,
    );
    return this.searches.during(request.job, hooks.onProgress, work);
  }

  /** The solutions of several files, .proto files of one segment among them, as the bytes of one NAME.solutions.json. */
  gatherSolutions(request: protocol.SolutionFilesRequest): Promise<Uint8Array> {
    return this.send(connection => connection.sendRequest(protocol.gatherSolutions, request));
  }

  /** Distances between all pairs of solutions, with densities by kind of pair, and against the distances of the texts. */
  distances(request: protocol.DistancesRequest): Promise<DistanceReport> {
    return this.send(connection => connection.sendRequest(protocol.distances, request));
  }

  /** What a NAME.solutions.json holds, vectors aside; needs no model. */
  inspectSolutions(file: NamedFile): Promise<protocol.SolutionsInspection> {
    return this.send(connection => connection.sendRequest(protocol.inspectSolutions, file));
  }

  /** Trains curves between solutions. Cancelled, it resolves with those that have been looked at. */
  connect(
    request: protocol.ConnectRequest,
    hooks: AnalysisHooks<ConnectProgress> = {},
  ): Promise<protocol.ConnectResult> {
    const work = this.send(
      (connection, token) => connection.sendRequest(protocol.connect, request, token),
      hooks.signal,
    );
    return this.connections.during(request.job, hooks.onProgress, work);
  }

  /** The loss on the plane through both solutions of a pair and the control point of their curve. */
  lossSurface(request: protocol.SurfaceRequest, signal?: AbortSignal): Promise<LossSurface> {
    return this.send((connection, token) => connection.sendRequest(protocol.lossSurface, request, token), signal);
  }

  /** What comes out at points between two solutions. */
  decodePath(request: protocol.DecodePathRequest): Promise<readonly PathPoint[]> {
    return this.send(connection => connection.sendRequest(protocol.decodePath, request));
  }

  /** What the two vectors of a solution hold: norms, nearest tokens, attention to `e`, continuations. */
  probe(request: protocol.ProbeRequest, signal?: AbortSignal): Promise<ProbeReport> {
    return this.send((connection, token) => connection.sendRequest(protocol.probe, request, token), signal);
  }
}
