import type { AnalysisName, AnalysisParameters, AnalysisResult } from '../../../src/runtime/operations/analyses.ts';
import type { Connection, LossSurface } from '../../../src/runtime/results/connectivity.ts';
import type { DistanceReport } from '../../../src/runtime/results/distances.ts';
import type { ProbeReport } from '../../../src/runtime/results/probe.ts';
import type { ForeignDocument } from '../../../src/views/protocol.ts';
import type { SolutionsRequests } from '../../../src/views/requests.ts';
import type {
  Connected,
  SolutionsDocument,
  SolutionsMessage,
  WorkProgress,
} from '../../../src/views/solutions/protocol.ts';
import { PageStore } from '../../data/page-store.ts';
import { Pace } from './pace.ts';
import { type Pair, type SolutionsViewState, stateFor, untouched } from './view-state.ts';

/** What has changed: another document, what is looked at, how far the work or an analysis is, paths that are known. */
export type SolutionsChange = 'document' | 'view' | 'progress' | 'analysing' | 'connections' | 'failure';

/** A matrix of 2,000 solutions takes 16 MB. */
const mostComparisons = 4;

/** The name of a pair. */
export const pairKey = ([a, b]: Pair): string => `${Math.min(a, b)}-${Math.max(a, b)}`;

const keyOf = ({ first, second }: Connection): string => pairKey([first, second]);

/** Everything that the editor of solutions shows, as the host told it, and where the person is in it. */
export class SolutionsStore extends PageStore<
  SolutionsRequests,
  SolutionsMessage,
  SolutionsViewState,
  SolutionsChange
> {
  protected override readonly untouched = untouched;
  document: SolutionsDocument | ForeignDocument | undefined;
  progress: WorkProgress | null = null;
  private readonly pace = new Pace();
  private readonly analyses = new Map<string, Pace>();
  private connecting = false;
  /** Whether the person has agreed to fetch the sentence model. */
  semantic: 'cached' | 'fetch' = 'cached';
  private connected: Connected = { connections: [], targets: [] };
  private readonly comparisons = new Map<string, Promise<DistanceReport>>();
  private readonly surfaces = new Map<string, Promise<LossSurface>>();
  private readonly probes = new Map<number, Promise<ProbeReport>>();

  get file(): SolutionsDocument | undefined {
    return this.document?.kind === 'solutions' ? this.document : undefined;
  }

  /** Whether curves are trained now, for this view or for the one that was here before it. */
  get working(): boolean {
    return this.connecting || this.progress !== null;
  }

  /** Of the training of curves, at its pace so far; null before there is one. */
  get secondsLeft(): number | null {
    return this.pace.secondsLeft;
  }

  /** Of an analysis that was asked for; null where nobody knows. */
  secondsLeftOf(name: AnalysisName): number | null {
    return this.analyses.get(name)?.secondsLeft ?? null;
  }

  /** Paths that are known. */
  get connections(): readonly Connection[] {
    return this.connected.connections;
  }

  /** The tokens of a text, in order; empty where no path of it is known. */
  targetsOf(text: number): Connected['targets'][number] {
    return this.connected.targets[text] ?? [];
  }

  connection(pair: Pair): Connection | undefined {
    return this.connections.find(connection => keyOf(connection) === pairKey(pair));
  }

  /** Trains curves; with `retrain` also where there is one already, whose place the new one takes. */
  async connect(pairs: readonly Pair[], retrain = false): Promise<void> {
    const { steps, grid } = this.view;
    this.connecting = true;
    this.progress = null;
    this.pace.heard(null);
    this.tell('progress');
    try {
      await this.host.request('connect', { pairs: pairs.map(([a, b]) => [a, b]), steps, grid, retrain });
    } finally {
      this.connecting = false;
      this.progress = null;
      this.pace.heard(null);
      this.tell('progress');
    }
  }

  cancel(): void {
    void this.host.request('cancel', null);
  }

  /** Distances as they are looked at; the last few are kept. */
  distances(): Promise<DistanceReport> {
    const { measure, over, order, accuracy } = this.view;
    const { semantic } = this;
    const key = [measure, over, order, accuracy, semantic].join();
    const options = { measure, over, order, minimumAccuracy: accuracy, semantic };
    const answer = remembered(this.comparisons, key, () => this.ask('distances', { options }));
    const [oldest] = this.comparisons.keys();
    if (this.comparisons.size > mostComparisons && oldest !== undefined) this.comparisons.delete(oldest);
    return answer;
  }

  /** The person agrees to fetch the sentence model: texts are compared by meaning from now on. */
  fetchMeaning(): void {
    this.semantic = 'fetch';
    this.tell('view');
  }

  /** Whether a surface has been asked for before. */
  hasSurface(pair: Pair): boolean {
    return this.surfaces.has(pairKey(pair));
  }

  /** Whether a solution has been looked into before. */
  hasProbe(solution: number): boolean {
    return this.probes.has(solution);
  }

  surface([first, second]: Pair): Promise<LossSurface> {
    const pair = { first, second };
    return remembered(this.surfaces, pairKey([first, second]), () => this.ask('lossSurface', { pair }));
  }

  probe(index: number): Promise<ProbeReport> {
    return remembered(this.probes, index, () => this.ask('probe', { options: { index } }));
  }

  /** One of the engine's analyses of the file. */
  private async ask<Name extends AnalysisName>(
    name: Name,
    parameters: AnalysisParameters<Name>,
  ): Promise<AnalysisResult<Name>> {
    this.analyses.delete(name);
    // What an analysis gives is what it declares.
    return (await this.host.request('ask', { name, parameters })) as AnalysisResult<Name>;
  }

  private learn(connected: Connected): void {
    const known = new Set(this.connections);
    // The plane lies through the curve's control point, which is another one now.
    for (const connection of connected.connections) if (!known.has(connection)) this.surfaces.delete(keyOf(connection));
    this.connected = connected;
    for (const targets of connected.targets) this.texts.learn(targets);
  }

  protected override receive(news: SolutionsMessage): void {
    switch (news.type) {
      case 'progress':
        this.progress = news.progress;
        this.pace.heard(news.progress?.share ?? null);
        this.tell('progress');
        break;
      case 'analysing': {
        const pace = this.analyses.get(news.name) ?? new Pace();
        this.analyses.set(news.name, pace);
        pace.heard(news.share);
        this.tell('analysing');
        break;
      }
      case 'connected':
        this.learn(news.connected);
        this.tell('connections');
        break;
      case 'show':
        this.show(news.document);
        this.learn(news.connected);
        this.progress = news.progress;
        this.tell('document');
        this.tell('progress');
    }
  }

  private show(document: SolutionsDocument | ForeignDocument): void {
    this.document = document;
    this.failure = null;
    this.comparisons.clear();
    this.surfaces.clear();
    this.probes.clear();
    this.adopt(stateFor(document, this.kept));
  }
}

/** Asks once for each key, and again after a failure. */
function remembered<Key, Value>(known: Map<Key, Promise<Value>>, key: Key, ask: () => Promise<Value>): Promise<Value> {
  const answer = known.get(key) ?? ask();
  known.set(key, answer);
  answer.catch(() => known.delete(key));
  return answer;
}
