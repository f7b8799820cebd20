import { analyses, connect, isAnalysis } from '../../runtime/operations/analyses.ts';
import { tokenTexts } from '../../runtime/operations/models.ts';
import type { ModelRequest, Parameters } from '../../runtime/operations/operation.ts';
import { inspectSolutions } from '../../runtime/operations/solutions.ts';
import type { ConnectProgress, ConnectResult } from '../../runtime/results/connectivity.ts';
import type { NamedFile } from '../../runtime/results/files.ts';
import type { ShareDone } from '../../runtime/results/share.ts';
import type { SolutionsInspection } from '../../runtime/results/solutions.ts';
import type { Engine } from '../engine.ts';
import { HeldFile } from '../files/held-file.ts';
import type { SolutionsRequests } from '../requests.ts';
import { keepCurves, type SolutionsPlace } from './keeping-curves.ts';
import type { Connected, WorkProgress } from './protocol.ts';

/** Who wants to know what becomes of the work. */
export interface SolutionsListener {
  readonly onConnected: (connected: Connected) => void;
  readonly onProgress: (progress: WorkProgress | null) => void;
  /** How far one of the analyses is that were asked for. */
  readonly onAnalysing: (name: string, share: number) => void;
  /** The file has other solutions than those between which curves were trained; the curves could go into a copy. */
  readonly onChanged: (copy: Uint8Array) => void;
}

type ConnectParameters = SolutionsRequests['connect']['params'];

const none: Connected = { connections: [], targets: [] };

/** One file of solutions that somebody looks at, and the work that they have the engine do. */
export class OpenSolutions {
  private readonly file: HeldFile;
  /** Aborted when nobody looks any more. */
  private readonly closing = new AbortController();
  private connecting: AbortController | undefined;
  /** The paths that are known: those of the curves in the file, and of all pairs that were connected since. */
  private known: Connected = none;
  private readonly models = new WeakMap<Uint8Array, Promise<ModelRequest>>();
  private lastProgress: WorkProgress | null = null;

  constructor(
    private readonly place: SolutionsPlace,
    private readonly engine: Pick<Engine, 'call' | 'hold'>,
    /** The model that the solutions were found with. */
    private readonly modelOf: (file: NamedFile) => Promise<ModelRequest>,
    private readonly words: (settled: number, curves: number) => string,
    private readonly listener: SolutionsListener,
  ) {
    this.file = new HeldFile(place.name, engine, place.read);
  }

  get connected(): Connected {
    return this.known;
  }

  get progress(): WorkProgress | null {
    return this.lastProgress;
  }

  /** Reads the file, again if it has changed. @throws UserError when it cannot be read or is none. */
  async inspect(): Promise<SolutionsInspection> {
    if (await this.file.refresh()) this.known = none;
    return this.engine.call(inspectSolutions, await this.file.named(), { signal: this.closing.signal });
  }

  /** Whether the file is another one now than the one that was read last; false when it is gone. */
  hasChanged(): Promise<boolean> {
    return this.file.isStale().catch(() => false);
  }

  /** One of the analyses that the engine offers of such a file. @throws UserError as the engine. */
  async ask(name: string, parameters: Readonly<Record<string, unknown>>): Promise<unknown> {
    if (!isAnalysis(name)) throw new Error(`there is no analysis ${name}`);
    const file = await this.file.named();
    const { signal } = this.closing;
    return this.engine.call<Parameters, unknown, ShareDone>(
      analyses[name],
      { ...parameters, ...(await this.model(file)), ...file, files: [file] },
      { signal, onProgress: ({ share }) => this.listener.onAnalysing(name, share) },
    );
  }

  /** Follows the curves that the file holds. */
  async followStored(): Promise<void> {
    const file = await this.file.named();
    const options = { pairs: 'stored' as const };
    const { signal } = this.closing;
    this.learn(await this.engine.call(connect, { ...(await this.model(file)), ...file, options }, { signal }));
  }

  /** Trains curves and keeps them in the file. Cancelled, it keeps those that there are. */
  async connect({ pairs, ...options }: ConnectParameters): Promise<void> {
    const own = new AbortController();
    this.connecting = own;
    const file = await this.file.named();
    const wanted = { ...options, pairs: pairs.map(([a, b]): [number, number] => [a, b]) };
    try {
      const result = await this.engine.call(
        connect,
        { ...(await this.model(file)), ...file, options: wanted },
        {
          signal: AbortSignal.any([own.signal, this.closing.signal]),
          onProgress: record => this.tell(this.progressOf(record, options.steps, pairs.length)),
        },
      );
      if (await this.keep(file.file, result)) this.learn(result);
    } finally {
      if (this.connecting === own) this.connecting = undefined;
      this.tell(null);
    }
  }

  /** The tokens of the model that the file was made with. */
  async tokenTexts(ids: readonly number[]): Promise<readonly string[]> {
    const { signal } = this.closing;
    return this.engine.call(tokenTexts, { ...(await this.model(await this.file.named())), ids }, { signal });
  }

  /** Looked for once for each file that was read. */
  private model(named: NamedFile): Promise<ModelRequest> {
    const known = this.models.get(named.file);
    if (known) return known;
    const found = this.modelOf(named);
    this.models.set(named.file, found);
    // One that is not installed may be by the next time.
    found.catch(() => this.models.delete(named.file));
    return found;
  }

  /** Ends the training of curves with what there is. */
  cancel(): void {
    this.connecting?.abort();
  }

  /** Ends everything that was asked for. */
  close(): void {
    this.closing.abort();
    this.file.dispose();
  }

  /**
   * Adds curves to the file, which may have changed since they were begun.
   *
   * @returns whether it still has the solutions that the curves are between
   */
  private async keep(trainedOn: Uint8Array, result: ConnectResult): Promise<boolean> {
    const { read, write } = this.place;
    const own = {
      ...this.place,
      write: async (bytes: Uint8Array): Promise<void> => {
        const now = await read();
        // First, so that what is written is no change to whoever watches the file.
        this.file.take(bytes);
        try {
          await write(bytes);
        } catch (error) {
          this.file.take(now);
          throw error;
        }
      },
    };
    const copy = await keepCurves(own, trainedOn, result);
    if (copy) this.listener.onChanged(copy);
    return !copy;
  }

  private learn({ report, targets }: ConnectResult): void {
    const key = ({ first, second }: { first: number; second: number }): string => [first, second].sort().join();
    const found = new Set(report.connections.map(key));
    const earlier = this.known.connections.filter(connection => !found.has(key(connection)));
    this.known = { connections: [...earlier, ...report.connections], targets };
    this.listener.onConnected(this.known);
  }

  private tell(progress: WorkProgress | null): void {
    this.lastProgress = progress;
    this.listener.onProgress(progress);
  }

  /** How far all pairs are that were asked for; those that the file holds curves of need no training. */
  private progressOf({ curves, settled }: ConnectProgress, steps: number, pairs: number): WorkProgress {
    const held = pairs - curves.length;
    const done = curves.reduce((sum, curve) => sum + (curve.state === 'settled' ? 1 : curve.steps / steps), held);
    return { share: done / pairs, message: this.words(held + settled, pairs) };
  }
}
