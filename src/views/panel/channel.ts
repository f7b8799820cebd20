import type * as vscode from 'vscode';
import * as z from 'zod/mini';
import type { Reporter } from '../reporter.ts';
import type { RequestTable } from '../requests.ts';

/** What the host does for each request of a webview. */
export type Handlers<Table extends RequestTable<Table>> = {
  readonly [Name in keyof Table]: (
    params: Table[Name]['params'],
  ) => Promise<Table[Name]['result']> | Table[Name]['result'];
};

/** How the parameters of each request are checked. */
export type Schemas<Table extends RequestTable<Table>> = {
  readonly [Name in keyof Table]: z.ZodMiniType<Table[Name]['params']>;
};

const requestSchema = z.object({ type: z.literal('request'), id: z.string(), name: z.string(), params: z.unknown() });

type Reply =
  | { readonly type: 'reply'; readonly id: string; readonly result: unknown }
  | { readonly type: 'failure'; readonly id: string; readonly message: string };

/**
 * The host's end of the conversation with one webview, for a table of requests and a union of messages. A request that
 * fails rejects in the webview, which shows it. What is no request, or has other parameters than were agreed on, fails.
 */
export class Channel<Table extends RequestTable<Table>, Message> implements vscode.Disposable {
  private readonly subscription: vscode.Disposable;

  constructor(
    private readonly webview: Pick<vscode.Webview, 'onDidReceiveMessage' | 'postMessage'>,
    private readonly schemas: Schemas<Table>,
    private readonly handlers: Handlers<Table>,
    private readonly reporter: Pick<Reporter, 'sentenceOf'>,
  ) {
    this.subscription = webview.onDidReceiveMessage((message: unknown) => this.receive(message));
  }

  /** Messages to a webview that is hidden are lost; it asks again when it is shown. */
  send(message: Message | Reply): void {
    void this.webview.postMessage(message);
  }

  dispose(): void {
    this.subscription.dispose();
  }

  private async receive(message: unknown): Promise<void> {
    const request = requestSchema.safeParse(message);
    if (!request.success) return;
    const { id, name, params } = request.data;
    try {
      if (!this.knows(name)) throw new Error(`a webview asked for ${name}, which there is not`);
      this.send({ type: 'reply', id, result: await this.answer(name, params) });
    } catch (error) {
      this.send({ type: 'failure', id, message: this.reporter.sentenceOf(error) });
    }
  }

  private answer<Name extends keyof Table>(
    name: Name,
    given: unknown,
  ): Promise<Table[Name]['result']> | Table[Name]['result'] {
    const params = this.schemas[name].safeParse(given);
    if (!params.success) throw new Error(`a webview asked for ${String(name)} with ${JSON.stringify(given)}`);
    return this.handlers[name](params.data);
  }

  private knows(name: PropertyKey): name is keyof Table {
    return Object.hasOwn(this.schemas, name);
  }
}
