import type { Surprisal, TextToken } from '../../src/runtime/results/tokens.ts';
import { History } from '../../src/views/history.ts';
import type {
  FileContents,
  HostMessage,
  JobDocument,
  Moment,
  PanelDocument,
  TokenScores,
} from '../../src/views/protocol.ts';
import type { PanelRequests } from '../../src/views/requests.ts';
import { Asked } from './asked.ts';
import { PageStore } from './page-store.ts';
import { stateFor, untouched, type ViewState } from './view-state.ts';

/**
 * What has changed: another document, a moment, the job's status or result, what is looked at, a token to go to, one that
 * is pointed at, what the host computed of the tokens.
 */
export type Change = 'document' | 'moment' | 'status' | 'view' | 'focus' | 'choose' | 'pointed' | 'facts' | 'failure';

const moveOn: Readonly<Partial<Record<HostMessage['type'], Change>>> = {
  show: 'document',
  tokens: 'document',
  contents: 'document',
  undecoded: 'document',
  moment: 'moment',
  status: 'status',
  result: 'status',
  focusToken: 'focus',
  chooseArrangement: 'choose',
};

/** Everything that the panel shows, as the host told it, and where the person is in it. Elements subscribe to it. */
export class PanelStore extends PageStore<PanelRequests, HostMessage, ViewState, Change> {
  protected override readonly untouched = untouched;
  document: PanelDocument | undefined;
  contents: FileContents | null = null;
  contentsProblem: string | null = null;
  /** Whether the model of the file is not installed and can be fetched. */
  canFetchModel = false;
  /** Why the file has not been decoded until somebody asks for it. */
  undecoded: string | null = null;
  focused: number | undefined;
  /** The token that is pointed at, in whatever part of the page. */
  pointed: number | undefined;
  /** Rank and margin of every token. */
  readonly scores = new Asked<TokenScores>(
    () => this.host.request('scores', null),
    () => this.tell('facts'),
  );
  readonly surprisal = new Asked<Surprisal>(
    () => this.host.request('surprisal', null),
    () => this.tell('facts'),
  );
  private readonly history = new History();

  get job(): JobDocument | undefined {
    return this.document?.kind === 'job' ? this.document : undefined;
  }

  get running(): boolean {
    return this.job?.status === 'running';
  }

  get tokens(): readonly TextToken[] {
    return this.job?.tokens ?? this.contents?.tokens ?? [];
  }

  /** The whole text; empty before a file has been decoded. */
  get text(): string {
    return this.job?.text ?? this.contents?.text ?? '';
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

  /** Points at a token everywhere: in the page and in its editor; at none when undefined. */
  point(index: number | undefined): void {
    if (index === this.pointed) return;
    this.pointed = index;
    void this.host.request('hoverToken', { index: index ?? null });
    this.tell('pointed');
  }

  /** Looks at a moment by its index; the latest one means to follow what comes. */
  scrub(index: number): void {
    const last = this.moments.length - 1;
    const moment = this.moments[Math.max(0, Math.min(last, index))];
    this.look({ scrubbed: index >= last || !moment ? null : moment.evaluations });
  }

  protected override receive(news: HostMessage): void {
    this.apply(news);
    const change = moveOn[news.type];
    if (change) this.tell(change);
  }

  private apply(news: HostMessage): void {
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
        this.canFetchModel = news.canFetch ?? false;
        this.undecoded = null;
        this.history.restore(news.contents ? [news.contents.moment] : []);
        this.scores.clear();
        this.surprisal.clear();
        this.texts.learn(news.contents?.tokens ?? []);
        break;
      case 'undecoded':
        this.contentsProblem = null;
        this.undecoded = news.reason;
        break;
      case 'focusToken':
        this.focused = news.index;
    }
  }

  private show(document: PanelDocument): void {
    this.document = document;
    this.contents = null;
    this.contentsProblem = null;
    this.undecoded = null;
    this.failure = null;
    this.focused = undefined;
    this.pointed = undefined;
    this.scores.clear();
    this.surprisal.clear();
    this.history.restore(document.kind === 'job' ? document.moments : []);
    if (document.kind === 'job') this.texts.learn(document.tokens);
    this.adopt(stateFor(document, this.kept));
  }
}
