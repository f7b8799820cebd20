import { delimiter } from 'node:path';
import * as vscode from 'vscode';
import type { Hooks } from '../runtime/engine/client.ts';
import { EngineHost } from '../runtime/engine/host.ts';
import { messageOf } from '../runtime/errors.ts';
import type { ModelRequest, Operation, Parameters, ParametersOf } from '../runtime/operations/operation.ts';
import type { ModelSummary } from '../runtime/results/models.ts';
import type { CudaSupport } from './cuda-support.ts';
import type { Reporter } from './reporter.ts';
import type { Settings } from './settings.ts';

const loaderPath = process.platform === 'win32' ? 'PATH' : 'LD_LIBRARY_PATH';
const millisecondsPerMinute = 60_000;
/** A step of a large model on a processor may take a minute; killing it before would lose its progress. */
const graceMilliseconds = 2 * millisecondsPerMinute;

/** A model that a process has opened. */
export interface LoadedModel {
  readonly request: ModelRequest;
  readonly model: ModelSummary;
}

/** The engine of this window: starts with the first work, stops when it has had none for a while. */
export class Engine implements vscode.Disposable {
  private readonly loaded = new vscode.EventEmitter<LoadedModel>();
  /** A process has opened a model and chosen its device. */
  readonly onDidLoad = this.loaded.event;
  private readonly lost = new vscode.EventEmitter<ModelRequest>();
  /** That process has died or was restarted: the next one may choose another device. */
  readonly onDidLose = this.lost.event;
  private readonly host: EngineHost;
  private users = 0;
  private idle: NodeJS.Timeout | undefined;

  constructor(
    modulePath: string,
    private readonly settings: Settings,
    private readonly reporter: Reporter,
    private readonly cuda: CudaSupport,
    /** A file in which its processes remember which device is the best. */
    private readonly devicesFile: string,
  ) {
    const { log } = reporter;
    this.host = new EngineHost({
      modulePath,
      graceMilliseconds,
      prepare: () => this.prepare(),
      environment: () => this.environment(),
      onLoaded: (request, model) => this.loaded.fire({ request, model }),
      onLost: request => this.lost.fire(request),
      log: (line, of) => log.info(of === 'process' ? line : `engine: ${line}`),
    });
  }

  /** Gives work an engine that is not stopped before the work is done. */
  async use<T>(work: (host: EngineHost) => Promise<T>): Promise<T> {
    clearTimeout(this.idle);
    this.users++;
    try {
      return await work(this.host);
    } finally {
      this.users--;
      if (!this.users)
        this.idle = setTimeout(() => this.host.stop(), this.settings.idleMinutes * millisecondsPerMinute);
    }
  }

  /** Asks for one operation; see `EngineClient.call`. */
  call<P extends Parameters, Result, Progress>(
    operation: Operation<P, Result, Progress>,
    parameters: ParametersOf<P>,
    hooks?: Hooks<Progress>,
  ): Promise<Result> {
    return this.use(host => host.call(operation, parameters, hooks));
  }

  /** Sends the bytes of a file once for all calls that name them. @returns what ends it */
  hold(bytes: Uint8Array): () => void {
    return this.host.hold(bytes);
  }

  /** Ends its processes at once; running jobs go on from their checkpoints in a new one, under the settings of now. */
  restart(): void {
    this.reporter.log.info('the engine is restarted on request');
    this.host.restart();
  }

  dispose(): void {
    clearTimeout(this.idle);
    this.host.stop();
    this.loaded.dispose();
    this.lost.dispose();
  }

  /** What cannot be lent is no reason not to start: another device may do. */
  private async prepare(): Promise<void> {
    await this.cuda.lend().catch(error => this.reporter.log.warn(messageOf(error)));
  }

  private environment(): Record<string, string> {
    const { libraryPath, proxy } = this.settings;
    const paths = [libraryPath, process.env[loaderPath]].filter(Boolean).join(delimiter);
    // In the desktop application the executable is Electron, which this makes plain Node.
    return {
      ELECTRON_RUN_AS_NODE: '1',
      PROTO_TOKENS_DEVICES: this.devicesFile,
      ...(libraryPath ? { [loaderPath]: paths } : {}),
      // Models are fetched by the engine.
      ...(proxy ? { HTTPS_PROXY: proxy, HTTP_PROXY: proxy } : {}),
    };
  }
}
