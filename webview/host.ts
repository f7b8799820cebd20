import type { WebviewApi } from 'vscode-webview';
import type { HostMessage, PanelRequestName, PanelRequests } from '../src/views/protocol.ts';
import type { ViewState } from './data/view-state.ts';

/** What the host answered to a request that it could not fulfil: a sentence for the person. */
export class RequestFailure extends Error {
  override readonly name = 'RequestFailure';
}

interface Pending {
  readonly resolve: (result: unknown) => void;
  readonly reject: (failure: RequestFailure) => void;
}

/** What the host sends by itself, not in reply to a request. */
export type HostNews = Exclude<HostMessage, { type: 'reply' | 'failure' }>;

/** The webview's end of the protocol. */
export class HostClient {
  private readonly pending = new Map<number, Pending>();
  private nextId = 1;

  constructor(
    private readonly api: WebviewApi<ViewState>,
    private readonly onNews: (news: HostNews) => void,
  ) {
    window.addEventListener('message', ({ data }: MessageEvent<HostMessage>) => this.receive(data));
  }

  /**
   * Asks the host. Rejects with RequestFailure; where nobody catches it, the panel shows it once (see `main.ts`).
   */
  request<Name extends PanelRequestName>(
    name: Name,
    params: PanelRequests[Name]['params'],
  ): Promise<PanelRequests[Name]['result']> {
    const id = this.nextId++;
    return new Promise((resolve, reject) => {
      // The table of requests says what the result of each one is.
      this.pending.set(id, { resolve: result => resolve(result as PanelRequests[Name]['result']), reject });
      this.api.postMessage({ type: 'request', id, name, params });
    });
  }

  /** What this view kept of itself when it was last hidden. */
  get state(): ViewState | undefined {
    return this.api.getState();
  }

  keep(state: ViewState): void {
    this.api.setState(state);
  }

  private receive(message: HostMessage): void {
    if (message.type === 'reply' || message.type === 'failure') this.settle(message);
    else this.onNews(message);
  }

  private settle(message: Extract<HostMessage, { type: 'reply' | 'failure' }>): void {
    const pending = this.pending.get(message.id);
    this.pending.delete(message.id);
    if (message.type === 'reply') pending?.resolve(message.result);
    else pending?.reject(new RequestFailure(message.message));
  }
}
