import { type ChildProcess, fork } from 'node:child_process';
import {
  type CancellationToken,
  CancellationTokenSource,
  createMessageConnection,
  IPCMessageReader,
  IPCMessageWriter,
  type MessageConnection,
  ResponseError,
} from 'vscode-jsonrpc/node';
import type { CompressionProgress } from '../compression/compress.ts';
import { messageOf, UserError } from '../errors.ts';
import { AnalysisClient } from './analysis-client.ts';
import * as protocol from './protocol.ts';

export interface EngineOptions {
  /** The bundled engine, `engine.mjs`. */
  readonly modulePath: string;
  /** Library paths of a CUDA installation, say. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Whatever the engine's process prints, and what becomes of it. */
  readonly log?: (line: string) => void;
  /** How long a cancelled job may take to end by itself. */
  readonly graceMilliseconds?: number;
}

export interface CompressHooks {
  readonly onProgress?: (progress: CompressionProgress) => void;
  /** The engine died and has been started again; the job goes on from its checkpoint. */
  readonly onRestart?: (reason: string) => void;
  readonly signal?: AbortSignal;
}

/** The engine's process ended while it was needed. */
export class EngineCrash extends Error {
  override readonly name = 'EngineCrash';
}

/** Who follows a job. */
interface Watcher {
  watched: boolean;
  readonly onProgress: ((progress: CompressionProgress) => void) | undefined;
}

/** A job that keeps killing the engine is given up. */
const mostCrashes = 3;

interface Running {
  readonly child: ChildProcess;
  readonly connection: MessageConnection;
  /** Rejects when the process ends. */
  readonly ended: Promise<never>;
}

/**
 * Speaks to the engine from another process. The engine starts with the first request, and again with the first one
 * after it has died. Requests to a dying engine reject with EngineCrash, except `compress`, which goes on in a new one.
 */
export class EngineClient {
  private running: Running | undefined;
  private readonly watchers = new Map<string, Watcher>();
  /** The space of solutions. */
  readonly analysis = new AnalysisClient((ask, signal) => this.cancellable(ask, signal));

  constructor(private readonly options: EngineOptions) {}

  /** Of the engine's process, while there is one. */
  get pid(): number | undefined {
    return this.running?.child.pid;
  }

  loadModel(request: protocol.ModelRequest): Promise<protocol.ModelSummary> {
    return this.ask(connection => connection.sendRequest(protocol.loadModel, request));
  }

  decode(request: protocol.FileRequest): Promise<protocol.DecodeResult> {
    return this.ask(connection => connection.sendRequest(protocol.decode, request));
  }

  evaluate(request: protocol.EvaluateRequest): Promise<readonly protocol.EvaluatedToken[]> {
    return this.ask(connection => connection.sendRequest(protocol.evaluate, request));
  }

  tokenize(request: protocol.TextRequest): Promise<readonly protocol.LocatedToken[]> {
    return this.ask(connection => connection.sendRequest(protocol.tokenize, request));
  }

  tokenTexts(request: protocol.ModelRequest, ids: readonly number[]): Promise<readonly string[]> {
    return this.ask(connection => connection.sendRequest(protocol.tokenTexts, { ...request, ids }));
  }

  /** Looks at the segment around a token of a running job. */
  explain(job: string, position: number): Promise<protocol.Explanation> {
    return this.ask(connection => connection.sendRequest(protocol.explain, { job, position }));
  }

  /** @param count tokens for each vector and measure */
  nearest(request: protocol.FileRequest, count: number): Promise<readonly protocol.NearestTokens[]> {
    return this.ask(connection => connection.sendRequest(protocol.nearest, { ...request, count }));
  }

  vectors(file: Uint8Array, name: string): Promise<protocol.Vectors> {
    return this.ask(connection => connection.sendRequest(protocol.vectors, { file, name }));
  }

  inspect(file: Uint8Array, name: string): Promise<protocol.Inspection> {
    return this.ask(connection => connection.sendRequest(protocol.inspect, { file, name }));
  }

  /**
   * Compresses a text. An abort of the signal cancels: the job ends after its present step with what it has earned; an
   * engine that does not answer in its grace time is killed, and the job rejects, its checkpoint kept.
   *
   * @throws UserError when the text, the options or the model are at fault, or the engine dies again and again.
   */
  async compress(
    request: Omit<protocol.CompressRequest, 'watched'>,
    hooks: CompressHooks = {},
  ): Promise<protocol.CompressResult> {
    const { job } = request;
    const watcher = { watched: hooks.onProgress !== undefined, onProgress: hooks.onProgress };
    this.watchers.set(job, watcher);
    try {
      for (let crashes = 1; ; crashes++) {
        try {
          return await this.cancellable(
            (connection, token) =>
              connection.sendRequest(protocol.compress, { ...request, watched: watcher.watched }, token),
            hooks.signal,
          );
        } catch (error) {
          if (!(error instanceof EngineCrash) || hooks.signal?.aborted) throw error;
          if (crashes === mostCrashes)
            throw new UserError(
              `The engine died ${crashes} times over this job (${error.message}); try the device "cpu" or a smaller segment length.`,
            );
          hooks.onRestart?.(error.message);
        }
      }
    } finally {
      this.watchers.delete(job);
    }
  }

  /** Whether progress of a running job is wanted: it is sent only while somebody looks. */
  async watch(job: string, watched: boolean): Promise<void> {
    const watcher = this.watchers.get(job);
    if (!watcher) return;
    watcher.watched = watched;
    await this.running?.connection.sendNotification(protocol.watch, { job, watched });
  }

  /** Ends the engine's process at once. What it was doing rejects. */
  kill(): void {
    this.running?.child.kill('SIGKILL');
  }

  /** Ends the engine's process. */
  dispose(): void {
    this.running?.connection.dispose();
    this.running?.child.kill();
    this.running = undefined;
  }

  private async cancellable<R>(
    send: (connection: MessageConnection, token: CancellationToken) => Promise<R>,
    signal: AbortSignal | undefined,
  ): Promise<R> {
    const source = new CancellationTokenSource();
    let grace: NodeJS.Timeout | undefined;
    const cancel = (): void => {
      source.cancel();
      grace = setTimeout(() => this.kill(), this.options.graceMilliseconds ?? 10_000);
    };
    if (signal?.aborted) cancel();
    signal?.addEventListener('abort', cancel);
    try {
      return await this.ask(connection => send(connection, source.token));
    } finally {
      signal?.removeEventListener('abort', cancel);
      clearTimeout(grace);
      source.dispose();
    }
  }

  private async ask<R>(send: (connection: MessageConnection) => Promise<R>): Promise<R> {
    const { connection, ended } = this.start();
    try {
      return await Promise.race([send(connection), ended]);
    } catch (error) {
      throw translate(error);
    }
  }

  private start(): Running {
    if (this.running) return this.running;
    const { modulePath, environment, log } = this.options;
    const child = fork(modulePath, [], {
      serialization: 'advanced',
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: { ...process.env, ...environment },
      execArgv: [],
    });
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => {
        for (const line of text.split('\n')) if (line.trim()) log?.(line);
      });
    const connection = createMessageConnection(new IPCMessageReader(child), new IPCMessageWriter(child));
    connection.onNotification(protocol.progress, ({ job, progress }) => this.watchers.get(job)?.onProgress?.(progress));
    this.analysis.listen(connection);
    connection.onError(([error]) => log?.(`engine connection: ${error.message}`));
    const ended = new Promise<never>((_, reject) => {
      child.once('exit', (code, signal) => {
        const reason = `the engine's process ended ${signal ? `by ${signal}` : `with code ${code}`}`;
        log?.(reason);
        if (this.running?.child === child) this.running = undefined;
        // First the reason: disposing rejects what is pending with one that tells nobody anything.
        reject(new EngineCrash(reason));
        connection.dispose();
      });
      child.once('error', error => reject(new EngineCrash(`the engine could not be started: ${error.message}`)));
    });
    // Nobody may be waiting when it ends.
    ended.catch(() => undefined);
    connection.listen();
    this.running = { child, connection, ended };
    return this.running;
  }
}

function translate(error: unknown): unknown {
  if (!(error instanceof ResponseError)) return error;
  const failure = error.data as protocol.EngineFailure | undefined;
  if (failure?.mendable) return new UserError(error.message);
  const fault = new Error(`The engine failed: ${messageOf(error)}`);
  if (failure?.stack) fault.stack = failure.stack;
  return fault;
}
