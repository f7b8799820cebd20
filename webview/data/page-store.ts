import type { WebviewApi } from 'vscode-webview';
import type { RequestTable, SharedRequests } from '../../src/views/requests.ts';
import { HostClient } from '../host.ts';
import type { Followed } from './store-element.ts';
import { TokenTexts } from './token-texts.ts';

/** What every page keeps of itself while it is hidden, moved or reloaded. */
export interface PageState {
  readonly tab: string;
  readonly scroll: number;
}

/** What a page can ask for: at the least what all of them can, and what its buttons do. */
export interface PageRequests extends SharedRequests {
  readonly act: { readonly params: { readonly action: string }; readonly result: null };
}

/** What every page has: the host, its state, who follows it, and what went wrong last. */
export abstract class PageStore<
  Table extends PageRequests & RequestTable<Table>,
  News extends { readonly type: string },
  State extends PageState,
  Change extends string,
> implements Followed<Change | 'view' | 'failure'>
{
  readonly host: HostClient<Table, News, State>;
  readonly texts: TokenTexts;
  failure: string | null = null;
  private readonly listeners = new Set<(change: Change | 'view' | 'failure') => void>();
  private state: State | undefined;

  constructor(api: WebviewApi<State>) {
    this.host = new HostClient(api, news => this.receive(news));
    this.texts = new TokenTexts(ids => this.host.request('tokenTexts', { ids }));
  }

  /** @returns what ends the subscription */
  subscribe(listener: (change: Change | 'view' | 'failure') => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** What the page is before it knows what it shows. */
  protected abstract readonly untouched: State;

  get view(): State {
    return this.state ?? this.untouched;
  }

  look(change: Partial<State>): void {
    this.remember(change);
    this.tell('view');
  }

  /** Like `look`, for what no element shows. */
  remember(change: Partial<State>): void {
    this.adopt({ ...this.view, ...change });
  }

  act(action: Table['act']['params']['action']): void {
    void this.host.request('act', { action });
  }

  fail(message: string | null): void {
    this.failure = message;
    this.tell('failure');
  }

  protected abstract receive(news: News): void;

  /** What this page, or the one that was here before it, kept of itself. */
  protected get kept(): State | undefined {
    return this.state ?? this.host.state;
  }

  protected adopt(state: State): void {
    this.state = state;
    this.host.keep(state);
  }

  protected tell(change: Change | 'view' | 'failure'): void {
    for (const listener of this.listeners) listener(change);
  }
}
