import { delimiter } from 'node:path';
import type * as vscode from 'vscode';
import { EngineClient } from '../runtime/engine/client.ts';
import { messageOf } from '../runtime/errors.ts';
import type { CudaSupport } from './cuda-support.ts';
import type { Reporter } from './reporter.ts';
import type { Settings } from './settings.ts';

const loaderPath = process.platform === 'win32' ? 'PATH' : 'LD_LIBRARY_PATH';
const millisecondsPerMinute = 60_000;
/** A step of a large model on a processor may take a minute; killing it before would lose what it earns. */
const graceMilliseconds = 2 * millisecondsPerMinute;

/** The engine of this window: starts with the first work, stops when it has had none for a while. */
export class Engine implements vscode.Disposable {
  private client: EngineClient | undefined;
  private users = 0;
  private idle: NodeJS.Timeout | undefined;

  constructor(
    private readonly modulePath: string,
    private readonly settings: Settings,
    private readonly reporter: Reporter,
    private readonly cuda: CudaSupport,
  ) {}

  /** Gives work an engine that is not stopped before the work is done. */
  async use<T>(work: (client: EngineClient) => Promise<T>): Promise<T> {
    clearTimeout(this.idle);
    this.users++;
    try {
      if (!this.client) await this.prepare();
      this.client ??= this.create();
      return await work(this.client);
    } finally {
      this.users--;
      if (!this.users) this.idle = setTimeout(() => this.stop(), this.settings.idleMinutes * millisecondsPerMinute);
    }
  }

  /** Process id while the engine runs. */
  get pid(): number | undefined {
    return this.client?.pid;
  }

  /** Ends the process at once; running jobs go on from their checkpoints in a new one. */
  restart(): void {
    this.reporter.log.info('the engine is restarted on request');
    this.client?.kill();
  }

  dispose(): void {
    clearTimeout(this.idle);
    this.stop();
  }

  private stop(): void {
    this.client?.dispose();
    this.client = undefined;
  }

  /** What cannot be lent is no reason not to start: another device may do. */
  private async prepare(): Promise<void> {
    await this.cuda.lend().catch(error => this.reporter.log.warn(messageOf(error)));
  }

  private create(): EngineClient {
    const { log } = this.reporter;
    const { libraryPath } = this.settings;
    const paths = [libraryPath, process.env[loaderPath]].filter(Boolean).join(delimiter);
    return new EngineClient({
      modulePath: this.modulePath,
      graceMilliseconds,
      // In the desktop application the executable is Electron, which this makes plain Node.
      environment: { ELECTRON_RUN_AS_NODE: '1', ...(libraryPath ? { [loaderPath]: paths } : {}) },
      log: line => log.debug(`engine: ${line}`),
    });
  }
}
