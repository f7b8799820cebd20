import { History } from '../../src/views/history.ts';
import type { RunsRequests } from '../../src/views/requests.ts';
import type { RunDetails, RunsDocument, RunsMessage, RunView } from '../../src/views/runs/protocol.ts';
import { type PageState, PageStore } from '../data/page-store.ts';
import { FollowingElement } from '../data/store-element.ts';
import { TokenTexts } from '../data/token-texts.ts';
import { RequestFailure } from '../host.ts';
import type { ColumnName } from './columns.ts';

/** Curves of more runs than these are not told apart. */
export const mostCompared = 5;

/** What the page keeps of itself while it is hidden, moved or reloaded. */
export interface RunsState extends PageState {
  readonly sorted: { readonly column: ColumnName; readonly descending: boolean };
  /** Words that rows must have. */
  readonly filter: string;
  /** Ids of the runs that are compared, in the order of their letters; null before anybody has chosen. */
  readonly chosen: readonly string[] | null;
  /** Only places where the runs differ are shown. */
  readonly onlyDifferent: boolean;
}

/** What has changed: the list or a run in it, what is known of a run that is compared, how far it is, what is looked at. */
export type RunsChange = 'document' | 'details' | 'moment';

/** A run that is compared, and what is known of it. */
export interface Compared {
  readonly run: RunView;
  /** "A" to "E" */
  readonly letter: string;
  /** Undefined until it has come. */
  readonly details: RunDetails | undefined;
  /** Why there are no details. */
  readonly problem: string | undefined;
  readonly texts: TokenTexts;
}

interface Known {
  readonly history: History;
  readonly texts: TokenTexts;
  details: RunDetails | undefined;
  problem: string | undefined;
}

/** All runs, and those that are compared. */
export class RunsStore extends PageStore<RunsRequests, RunsMessage, RunsState, RunsChange> {
  protected override readonly untouched: RunsState = {
    tab: '',
    scroll: 0,
    sorted: { column: 'when', descending: true },
    filter: '',
    chosen: null,
    onlyDifferent: false,
  };
  document: RunsDocument | undefined;
  private readonly known = new Map<string, Known>();

  get runs(): readonly RunView[] {
    return this.document?.runs ?? [];
  }

  /** In the order of their letters. */
  get compared(): readonly Compared[] {
    return (this.view.chosen ?? []).flatMap((id, index) => {
      const run = this.runs.find(other => other.id === id);
      if (!run) return [];
      const { details, problem, history, texts } = this.of(id);
      const letter = String.fromCharCode('A'.charCodeAt(0) + index);
      return [{ run, letter, details: details && { ...details, moments: history.moments }, problem, texts }];
    });
  }

  /** Compares one more run, or one less. */
  toggle(id: string): void {
    const chosen = this.compared.map(({ run }) => run.id);
    if (chosen.includes(id)) this.choose(chosen.filter(other => other !== id));
    else if (chosen.length < mostCompared) this.choose([...chosen, id]);
  }

  protected override receive(news: RunsMessage): void {
    const { document } = this;
    if (news.type === 'show') {
      this.document = news.document;
      this.adopt(this.view === this.untouched ? (this.kept ?? this.untouched) : this.view);
      this.choose(news.chosen ?? this.view.chosen ?? firstChoice(news.document.runs));
      this.tell('document');
    } else if (news.type === 'run' && document) {
      const before = document.runs.find(({ id }) => id === news.run.id);
      const runs = document.runs.map(run => (run.id === news.run.id ? news.run : run));
      this.document = { ...document, runs };
      // A result has other tokens than the last moment perhaps, and a run that goes on has none.
      if (before?.standing !== news.run.standing && this.view.chosen?.includes(news.run.id))
        void this.load(news.run.id);
      this.tell('document');
    } else if (news.type === 'moment') {
      this.of(news.id).history.push(news.moment);
      this.tell('moment');
    }
  }

  private choose(ids: readonly string[]): void {
    const chosen = ids.filter(id => this.runs.some(run => run.id === id)).slice(0, mostCompared);
    void this.host.request('follow', { ids: chosen });
    for (const id of chosen) if (!this.of(id).details) void this.load(id);
    this.look({ chosen });
  }

  private async load(id: string): Promise<void> {
    const known = this.of(id);
    try {
      const details = await this.host.request('details', { id });
      known.texts.learn(details.tokens);
      known.history.restore(details.moments);
      known.details = details;
      known.problem = undefined;
    } catch (failure) {
      if (!(failure instanceof RequestFailure)) throw failure;
      known.problem = failure.message;
    }
    this.tell('details');
  }

  private of(id: string): Known {
    const known = this.known.get(id);
    if (known) return known;
    const texts = new TokenTexts(ids => this.host.request('textsOf', { id, ids }));
    texts.onArrival(() => this.tell('details'));
    const made: Known = { history: new History(), texts, details: undefined, problem: undefined };
    this.known.set(id, made);
    return made;
  }
}

/** The two latest runs of the text that was trained on last, the earlier one first. */
function firstChoice(runs: readonly RunView[]): readonly string[] {
  const begun = runs.filter(({ tokens }) => tokens !== null);
  const same = begun.filter(({ text }) => text === begun[0]?.text).slice(0, 2);
  return same.length === 2 ? same.map(({ id }) => id).reverse() : [];
}

/** An element of the page that compares runs. */
export abstract class RunsElement extends FollowingElement<RunsChange | 'view' | 'failure', RunsStore> {}
