import { randomUUID } from 'node:crypto';
import type { Hooks } from '../../runtime/engine/client.ts';
import { Cancelled } from '../../runtime/errors.ts';
import { connect, distances, lossSurface, probe } from '../../runtime/operations/analyses.ts';
import type { Operation, Parameters, ParametersOf } from '../../runtime/operations/operation.ts';
import type { ConnectProgress } from '../../runtime/results/connectivity.ts';
import type { Engine } from '../engine.ts';
import type { Activities, ActivityKind, ActivityProgress, Listed } from './activities.ts';
import type { ConnectPlan } from './plan.ts';

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

/** How far the training of curves is. */
export function curvesProgress({ settled, curves }: ConnectProgress, words: ListWords): ActivityProgress {
  return { message: words.curves(settled, curves.length), share: settled / Math.max(1, curves.length) };
}

/**
 * The engine for whoever works on a file of solutions: what may take long is listed, and can be cancelled there. The
 * training of curves is kept, so that another window can go on with it.
 */
export class ListedEngine implements Pick<Engine, 'call' | 'hold'> {
  constructor(
    private readonly engine: Pick<Engine, 'call' | 'hold'>,
    private readonly activities: Activities,
    private readonly words: ListWords,
    /** Address of the file. */
    private readonly uri: string,
  ) {}

  /** See `EngineClient.call`. */
  async call<P extends Parameters, Result, Progress>(
    operation: Operation<P, Result, Progress>,
    parameters: ParametersOf<P>,
    hooks: Hooks<Progress> = {},
  ): Promise<Result> {
    const kind = listed[operation.name];
    if (!kind) return this.engine.call(operation, parameters, hooks);
    const work = ({ signal, report }: Listed, given: ParametersOf<P>): Promise<Result> => {
      const onProgress = (progress: Progress): void => {
        hooks.onProgress?.(progress);
        if (isOfCurves(progress)) report(curvesProgress(progress, this.words));
      };
      const onWait = (others: string | undefined): void => report({ message: this.words.waiting(others) });
      return this.engine.call(operation, given, { ...hooks, signal, onProgress, onWait });
    };
    if (kind === 'connect' && !isOfStored(parameters)) {
      const kept = await this.activities.keep(
        this.planOf(parameters),
        async given => ({ result: await work(given, { ...parameters, checkpoint: given.checkpoint }) }),
        hooks.signal,
      );
      if (!kept) throw new Cancelled();
      return kept.result;
    }
    const title = this.words.title(kind, nameIn(parameters));
    const request = hooks.signal ? { kind, title, signal: hooks.signal } : { kind, title };
    return this.activities.run(request, given => work(given, parameters));
  }

  hold(bytes: Uint8Array): () => void {
    return this.engine.hold(bytes);
  }

  private planOf(given: unknown): ConnectPlan {
    const { checkpoint: _, ...parameters } = connect.parameters.parse(given);
    const { name } = parameters;
    const title = this.words.title('connect', name);
    return { id: randomUUID(), kind: 'connect', title, place: { name, uri: this.uri }, parameters };
  }
}

/** Curves that the file holds are only looked at. */
function isOfStored(parameters: unknown): boolean {
  return connect.parameters.parse(parameters).options.pairs === 'stored';
}

function nameIn(parameters: object): string {
  return 'name' in parameters && typeof parameters.name === 'string' ? parameters.name : '';
}

function isOfCurves(progress: unknown): progress is ConnectProgress {
  return typeof progress === 'object' && progress !== null && 'curves' in progress && 'settled' in progress;
}
