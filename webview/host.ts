import type { WebviewApi } from 'vscode-webview';
import type { RequestTable } from '../src/views/requests.ts';

/** What the host answered to a request that it could not fulfil: a sentence for the person. */
export class RequestFailure extends Error {
  override readonly name = 'RequestFailure';
}

interface Pending {
  readonly resolve: (result: unknown) => void;
  readonly reject: (failure: RequestFailure) => void;
}

type Settled =
  | { readonly type: 'reply'; readonly id: string; readonly result: unknown }
  | { readonly type: 'failure'; readonly id: string; readonly message: string };

/** Whoever can ask the person for a place and write there. */
export interface Exporter {
  request(
    name: 'exportFile',
    params: { readonly name: string; readonly content: string | Uint8Array },
  ): Promise<boolean>;
}

/** The webview's end of a protocol: its table of requests, what the host sends by itself, what the view keeps. */
export class HostClient<Table extends RequestTable<Table>, News extends { readonly type: string }, State> {
  private readonly pending = new Map<string, Pending>();
  /** A page may get answers to what the page that was here before it has asked: their names must not be its own. */
  private readonly page = crypto.randomUUID();
  private asked = 0;

  constructor(
    private readonly api: WebviewApi<State>,
    private readonly onNews: (news: News) => void,
  ) {
    window.addEventListener('message', ({ data }: MessageEvent<News | Settled>) => this.receive(data));
  }

  /**
   * Asks the host. Rejects with RequestFailure; where nobody catches it, the page shows it once (see `main.ts`).
   */
  request<Name extends keyof Table>(name: Name, params: Table[Name]['params']): Promise<Table[Name]['result']> {
    const id = `${this.page} ${this.asked++}`;
    return new Promise((resolve, reject) => {
      // The table of requests says what the result of each one is.
      this.pending.set(id, { resolve: result => resolve(result as Table[Name]['result']), reject });
      this.api.postMessage({ type: 'request', id, name, params });
    });
  }

  /** What this view kept of itself when it was last hidden. */
  get state(): State | undefined {
    return this.api.getState();
  }

  keep(state: State): void {
    this.api.setState(state);
  }

  private receive(message: News | Settled): void {
    if (isSettled(message)) this.settle(message);
    else this.onNews(message);
  }

  private settle(message: Settled): void {
    const pending = this.pending.get(message.id);
    this.pending.delete(message.id);
    if (message.type === 'reply') pending?.resolve(message.result);
    else pending?.reject(new RequestFailure(message.message));
  }
}

const isSettled = (message: { readonly type: string }): message is Settled =>
  message.type === 'reply' || message.type === 'failure';
