import type { WebviewApi } from 'vscode-webview';
import type {
  ConnectionView,
  DistancesView,
  ForeignSolutions,
  ProbeView,
  SolutionsDocument,
  SolutionsMessage,
  SolutionsRequests,
  SurfaceView,
  WorkProgress,
} from '../../../src/views/solutions/protocol.ts';
import { TokenTexts } from '../../data/token-texts.ts';
import { HostClient, type NewsOf } from '../../host.ts';
import { type Pair, type SolutionsViewState, stateFor } from './view-state.ts';

/** What has changed: another document, what is looked at, how far the work is, paths that are known. */
export type SolutionsChange = 'document' | 'view' | 'progress' | 'connections' | 'failure';

type News = NewsOf<SolutionsMessage>;
type SolutionsHost = HostClient<SolutionsRequests, News, SolutionsViewState>;

/** A matrix of 2,000 solutions takes 16 MB. */
const mostComparisons = 4;

/** The name of a pair. */
export const pairKey = ([a, b]: Pair): string => `${Math.min(a, b)}-${Math.max(a, b)}`;

/** Everything that the editor of solutions shows, as the host told it, and where the person is in it. */
export class SolutionsStore {
  readonly host: SolutionsHost;
  readonly texts: TokenTexts;
  document: SolutionsDocument | ForeignSolutions | undefined;
  progress: WorkProgress | null = null;
  private connecting = false;
  failure: string | null = null;
  /** Paths that are known, in the order in which they came. */
  connections: readonly ConnectionView[] = [];
  /** Whether the person has agreed to fetch the sentence model. */
  semantic: 'cached' | 'fetch' = 'cached';
  private readonly comparisons = new Map<string, Promise<DistancesView>>();
  private readonly surfaces = new Map<string, Promise<SurfaceView>>();
  private readonly probes = new Map<number, Promise<ProbeView>>();
  private readonly listeners = new Set<(change: SolutionsChange) => void>();
  private state: SolutionsViewState | undefined;

  constructor(api: WebviewApi<SolutionsViewState>) {
    this.host = new HostClient(api, news => this.receive(news));
    this.texts = new TokenTexts(ids => this.host.request('tokenTexts', { ids }));
  }

  /** @returns what ends the subscription */
  subscribe(listener: (change: SolutionsChange) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  get file(): SolutionsDocument | undefined {
    return this.document?.kind === 'solutions' ? this.document : undefined;
  }

  /** Whether curves are trained now, for this view or for the one that was here before it. */
  get working(): boolean {
    return this.connecting || this.progress !== null;
  }

  get view(): SolutionsViewState {
    return this.state ?? stateFor(undefined, undefined);
  }

  look(change: Partial<SolutionsViewState>): void {
    this.remember(change);
    this.tell('view');
  }

  /** Like `look`, for what no element shows. */
  remember(change: Partial<SolutionsViewState>): void {
    this.state = { ...this.view, ...change };
    this.host.keep(this.state);
  }

  connection(pair: Pair): ConnectionView | undefined {
    return this.connections.find(({ first, second }) => pairKey([first, second]) === pairKey(pair));
  }

  /** Trains curves; those of pairs that are known already take their place. */
  async connect(pairs: 'all' | readonly Pair[]): Promise<void> {
    const { steps, grid } = this.view;
    this.connecting = true;
    this.progress = null;
    this.tell('progress');
    try {
      this.learn(await this.host.request('connect', { pairs, steps, grid }));
    } finally {
      this.connecting = false;
      this.progress = null;
      this.tell('progress');
    }
  }

  cancel(): void {
    void this.host.request('cancel', null);
  }

  /** Distances as they are looked at; the last few are kept. */
  distances(): Promise<DistancesView> {
    const { measure, over, order } = this.view;
    const { semantic } = this;
    const key = [measure, over, order, semantic].join();
    const answer = remembered(this.comparisons, key, () =>
      this.host.request('distances', { measure, over, order, semantic }),
    );
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

  surface(pair: Pair): Promise<SurfaceView> {
    return remembered(this.surfaces, pairKey(pair), () => this.host.request('surface', { pair }));
  }

  probe(solution: number): Promise<ProbeView> {
    return remembered(this.probes, solution, () => this.host.request('probe', { solution }));
  }

  act(action: SolutionsRequests['act']['params']['action']): void {
    void this.host.request('act', { action });
  }

  fail(message: string | null): void {
    this.failure = message;
    this.tell('failure');
  }

  private learn(connections: readonly ConnectionView[]): void {
    const known = new Map(this.connections.map(path => [pairKey([path.first, path.second]), path]));
    for (const path of connections) {
      known.set(pairKey([path.first, path.second]), path);
      // The plane lies through the curve's control point, which is another one now.
      this.surfaces.delete(pairKey([path.first, path.second]));
      this.texts.learn(path.targets);
    }
    this.connections = [...known.values()];
    this.tell('connections');
  }

  private receive(news: News): void {
    if (news.type === 'progress') {
      this.progress = news.progress;
      this.tell('progress');
      return;
    }
    this.show(news.document, news.connections ?? []);
    this.tell('document');
  }

  private show(document: SolutionsDocument | ForeignSolutions, connections: readonly ConnectionView[]): void {
    this.document = document;
    this.failure = null;
    this.connections = connections;
    for (const { targets } of connections) this.texts.learn(targets);
    this.comparisons.clear();
    this.surfaces.clear();
    this.probes.clear();
    this.state = stateFor(document, this.state ?? this.host.state);
    this.host.keep(this.state);
  }

  private tell(change: SolutionsChange): void {
    for (const listener of this.listeners) listener(change);
  }
}

/** Asks once for each key, and again after a failure. */
function remembered<Key, Value>(known: Map<Key, Promise<Value>>, key: Key, ask: () => Promise<Value>): Promise<Value> {
  const answer = known.get(key) ?? ask();
  known.set(key, answer);
  answer.catch(() => known.delete(key));
  return answer;
}
