import type * as vscode from 'vscode';
import type { Reporter } from '../reporter.ts';

/** A table of requests: by name, what is given and what comes back. */
type RequestTable<Table> = { readonly [Name in keyof Table]: { readonly params: unknown; readonly result: unknown } };

/** What the host does for each request of a webview. */
export type Handlers<Table extends RequestTable<Table>> = {
  readonly [Name in keyof Table]: (
    params: Table[Name]['params'],
  ) => Promise<Table[Name]['result']> | Table[Name]['result'];
};

interface Request<Table> {
  readonly id: number;
  readonly name: keyof Table;
  readonly params: unknown;
}

type Reply =
  | { readonly type: 'reply'; readonly id: number; readonly result: unknown }
  | { readonly type: 'failure'; readonly id: number; readonly message: string };

/**
 * The host's end of the conversation with one webview, for a table of requests and a union of messages. A request that
 * fails rejects in the webview, which shows it.
 */
export class Channel<Table extends RequestTable<Table>, Message> implements vscode.Disposable {
  private readonly subscription: vscode.Disposable;

  constructor(
    private readonly webview: vscode.Webview,
    private readonly handlers: Handlers<Table>,
    private readonly reporter: Reporter,
  ) {
    this.subscription = webview.onDidReceiveMessage((message: Request<Table>) => this.answer(message));
  }

  /** Messages to a webview that is hidden are lost; it asks anew when it is shown. */
  send(message: Message | Reply): void {
    void this.webview.postMessage(message);
  }

  dispose(): void {
    this.subscription.dispose();
  }

  private async answer({ id, name, params }: Request<Table>): Promise<void> {
    try {
      const handle = this.handlers[name];
      this.send({ type: 'reply', id, result: await handle(params) });
    } catch (error) {
      this.send({ type: 'failure', id, message: this.reporter.sentenceOf(error) });
    }
  }
}
