import type * as vscode from 'vscode';
import type { HostMessage, PanelRequestName, PanelRequests, WebviewMessage } from '../protocol.ts';
import type { Reporter } from '../reporter.ts';

/** What the host does for each request of a webview. */
export type Handlers = {
  readonly [Name in PanelRequestName]: (
    params: PanelRequests[Name]['params'],
  ) => Promise<PanelRequests[Name]['result']> | PanelRequests[Name]['result'];
};

/** The host's end of the conversation with one webview. A request that fails rejects in the webview, which shows it. */
export class Channel implements vscode.Disposable {
  private readonly subscription: vscode.Disposable;

  constructor(
    private readonly webview: vscode.Webview,
    private readonly handlers: Handlers,
    private readonly reporter: Reporter,
  ) {
    this.subscription = webview.onDidReceiveMessage((message: WebviewMessage) => this.answer(message));
  }

  /** Messages to a webview that is hidden are lost; it asks anew when it is shown. */
  send(message: HostMessage): void {
    void this.webview.postMessage(message);
  }

  dispose(): void {
    this.subscription.dispose();
  }

  private async answer(message: WebviewMessage): Promise<void> {
    const { id } = message;
    try {
      this.send({ type: 'reply', id, result: await this.handle(message) });
    } catch (error) {
      this.send({ type: 'failure', id, message: this.reporter.sentenceOf(error) });
    }
  }

  private handle<Name extends PanelRequestName>({
    name,
    params,
  }: {
    name: Name;
    params: PanelRequests[Name]['params'];
  }) {
    return this.handlers[name](params);
  }
}
