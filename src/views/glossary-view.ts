import * as vscode from 'vscode';
import { Channel } from './panel/channel.ts';
import { fillWebview } from './panel/webview-page.ts';
import type { Reporter } from './reporter.ts';
import { type GlossaryNews, type GlossaryRequests, glossaryRequests } from './requests.ts';

/** The glossary as a page of its own: one in a window, turned to the term that was asked about last. */
export class GlossaryView implements vscode.Disposable {
  private open:
    | { readonly panel: vscode.WebviewPanel; readonly channel: Channel<GlossaryRequests, GlossaryNews> }
    | undefined;
  private term: string | null = null;

  constructor(
    private readonly extensionUri: vscode.Uri,
    private readonly reporter: Reporter,
  ) {}

  show(term: string | null): void {
    this.term = term;
    if (this.open) {
      this.open.panel.reveal();
      this.open.channel.send({ type: 'term', term });
      return;
    }
    // Not over the panel that asks: that stands at the side.
    const panel = vscode.window.createWebviewPanel(
      'protoTokens.glossary',
      vscode.l10n.t('Glossary'),
      vscode.ViewColumn.One,
      {},
    );
    panel.iconPath = vscode.Uri.joinPath(this.extensionUri, 'media', 'icon.svg');
    const channel = new Channel<GlossaryRequests, GlossaryNews>(
      panel.webview,
      glossaryRequests,
      {
        ready: () => {
          channel.send({ type: 'term', term: this.term });
          return null;
        },
      },
      this.reporter,
    );
    panel.onDidDispose(() => {
      channel.dispose();
      this.open = undefined;
    });
    this.open = { panel, channel };
    fillWebview(panel.webview, this.extensionUri, vscode.l10n.t('Glossary'), 'glossary');
  }

  dispose(): void {
    this.open?.panel.dispose();
  }
}
