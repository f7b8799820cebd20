import type { Hooks } from '../../runtime/engine/client.ts';
import { connect, distances, lossSurface, probe } from '../../runtime/operations/analyses.ts';
import type { Operation, Parameters, ParametersOf } from '../../runtime/operations/operation.ts';
import type { ConnectProgress } from '../../runtime/results/connectivity.ts';
import type { Engine } from '../engine.ts';
import type { Activities, ActivityKind } from './activities.ts';
import type { JobStore } from './job-store.ts';

/** Operations that may take long enough for a person to look for them in the list of jobs. */
const listed: Readonly<Record<string, ActivityKind>> = {
  [connect.name]: 'connect',
  [distances.name]: 'distances',
  [lossSurface.name]: 'surface',
  [probe.name]: 'probe',
};

/** What the list says, in the words of a person. */
export interface ListWords {
  /** @param file name of the file that is worked on */
  title(kind: ActivityKind, file: string): string;
  curves(settled: number, of: number): string;
  /** @param others models that others work with, for whose end it waits */
  waiting(others: string | undefined): string;
}

/** The engine for whoever works on a file of solutions: what may take long is listed, and can be cancelled there. */
export class ListedEngine implements Pick<Engine, 'call' | 'hold'> {
  constructor(
    private readonly engine: Pick<Engine, 'call' | 'hold'>,
    private readonly activities: Activities,
    private readonly store: Pick<JobStore, 'during'>,
    private readonly words: ListWords,
  ) {}

  /** See `EngineClient.call`. */
  call<P extends Parameters, Result, Progress>(
    operation: Operation<P, Result, Progress>,
    parameters: ParametersOf<P>,
    hooks: Hooks<Progress> = {},
  ): Promise<Result> {
    const kind = listed[operation.name];
    if (!kind) return this.engine.call(operation, parameters, hooks);
    const title = this.words.title(kind, nameIn(parameters));
    const request = hooks.signal ? { kind, title, signal: hooks.signal } : { kind, title };
    return this.activities.run(request, (signal, report, { id }) => {
      const onProgress = (progress: Progress): void => {
        hooks.onProgress?.(progress);
        if (!isOfCurves(progress)) return;
        const [settled, of] = [progress.settled, progress.curves.length];
        report({ message: this.words.curves(settled, of), share: settled / Math.max(1, of) });
      };
      const onWait = (others: string | undefined): void => report({ message: this.words.waiting(others) });
      const work = (given: ParametersOf<P>): Promise<Result> =>
        this.engine.call(operation, given, { ...hooks, signal, onProgress, onWait });
      // What can go on after the engine died needs a file for that.
      if (!operation.reached) return work(parameters);
      return this.store.during(id, checkpoint => work({ ...parameters, checkpoint }));
    });
  }

  hold(bytes: Uint8Array): () => void {
    return this.engine.hold(bytes);
  }
}

function nameIn(parameters: object): string {
  return 'name' in parameters && typeof parameters.name === 'string' ? parameters.name : '';
}

function isOfCurves(progress: unknown): progress is ConnectProgress {
  return typeof progress === 'object' && progress !== null && 'curves' in progress && 'settled' in progress;
}
