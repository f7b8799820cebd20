import type { WebviewApi } from 'vscode-webview';
import { History } from '../../src/views/history.ts';
import type {
  FileContents,
  HostMessage,
  JobDocument,
  Moment,
  PanelAction,
  PanelDocument,
  PanelRequests,
  TextToken,
} from '../../src/views/protocol.ts';
import { HostClient, type NewsOf } from '../host.ts';
import { TokenTexts } from './token-texts.ts';
import { stateFor, type ViewState } from './view-state.ts';

type HostNews = NewsOf<HostMessage>;
export type PanelHost = HostClient<PanelRequests, HostNews, ViewState>;

/** What has changed: another document, a moment, the job's status or result, what is looked at, a token to go to. */
export type Change = 'document' | 'moment' | 'status' | 'view' | 'focus' | 'failure';

const moveOn: Readonly<Partial<Record<HostNews['type'], Change>>> = {
  show: 'document',
  tokens: 'document',
  contents: 'document',
  moment: 'moment',
  status: 'status',
  result: 'status',
  focusToken: 'focus',
};

/** Everything that the panel shows, as the host told it, and where the person is in it. Elements subscribe to it. */
export class PanelStore {
  readonly host: PanelHost;
  readonly texts: TokenTexts;
  document: PanelDocument | undefined;
  contents: FileContents | null = null;
  contentsProblem: string | null = null;
  focused: number | undefined;
  failure: string | null = null;
  private readonly history = new History();
  private readonly listeners = new Set<(change: Change) => void>();
  private state: ViewState | undefined;

  constructor(api: WebviewApi<ViewState>) {
    this.host = new HostClient(api, news => this.receive(news));
    this.texts = new TokenTexts(ids => this.host.request('tokenTexts', { ids }));
  }

  /** @returns what ends the subscription */
  subscribe(listener: (change: Change) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  get job(): JobDocument | undefined {
    return this.document?.kind === 'job' ? this.document : undefined;
  }

  get running(): boolean {
    return this.job?.status === 'running';
  }

  get tokens(): readonly TextToken[] {
    return this.job?.tokens ?? this.contents?.tokens ?? [];
  }

  get moments(): readonly Moment[] {
    return this.history.moments;
  }

  get latest(): Moment | undefined {
    return this.history.latest;
  }

  /** Index of the moment that is looked at; that of the latest when live, -1 when there is none. */
  get shownIndex(): number {
    const scrubbed = this.view.scrubbed;
    if (scrubbed === null) return this.moments.length - 1;
    return Math.max(
      Math.min(0, this.moments.length - 1),
      this.moments.findLastIndex(({ evaluations }) => evaluations <= scrubbed),
    );
  }

  get shown(): Moment | undefined {
    return this.moments[this.shownIndex];
  }

  get live(): boolean {
    return this.view.scrubbed === null;
  }

  get view(): ViewState {
    return this.state ?? { jobId: null, file: null, tab: '', scrubbed: null, onlyWrong: false, scroll: 0 };
  }

  look(change: Partial<ViewState>): void {
    this.state = { ...this.view, ...change };
    this.host.keep(this.state);
    this.tell('view');
  }

  /** Like `look`, for what no element shows. */
  remember(change: Pick<ViewState, 'scroll'>): void {
    this.state = { ...this.view, ...change };
    this.host.keep(this.state);
  }

  /** Looks at a moment by its index; the latest one means to follow what comes. */
  scrub(index: number): void {
    const last = this.moments.length - 1;
    const moment = this.moments[Math.max(0, Math.min(last, index))];
    this.look({ scrubbed: index >= last || !moment ? null : moment.evaluations });
  }

  act(action: PanelAction): void {
    void this.host.request('act', { action });
  }

  fail(message: string | null): void {
    this.failure = message;
    this.tell('failure');
  }

  private receive(news: HostNews): void {
    this.apply(news);
    const change = moveOn[news.type];
    if (change) this.tell(change);
  }

  private apply(news: HostNews): void {
    const { job } = this;
    switch (news.type) {
      case 'show':
        this.show(news.document);
        break;
      case 'tokens':
        if (job) this.document = { ...job, tokens: news.tokens, model: news.model };
        this.texts.learn(news.tokens);
        break;
      case 'moment':
        this.history.push(news.moment);
        break;
      case 'status':
        if (job) this.document = { ...job, status: news.status, problem: news.problem };
        break;
      case 'result':
        if (job) this.document = { ...job, result: news.result };
        break;
      case 'contents':
        this.contents = news.contents;
        this.contentsProblem = news.problem;
        this.history.restore(news.contents ? [news.contents.moment] : []);
        this.texts.learn(news.contents?.tokens ?? []);
        break;
      case 'focusToken':
        this.focused = news.index;
    }
  }

  private show(document: PanelDocument): void {
    this.document = document;
    this.contents = null;
    this.contentsProblem = null;
    this.failure = null;
    this.focused = undefined;
    this.history.restore(document.kind === 'job' ? document.moments : []);
    if (document.kind === 'job') this.texts.learn(document.tokens);
    this.state = stateFor(document, this.state ?? this.host.state);
    this.host.keep(this.state);
  }

  private tell(change: Change): void {
    for (const listener of this.listeners) listener(change);
  }
}
