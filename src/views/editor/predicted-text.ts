import * as vscode from 'vscode';
import type { Settings } from '../settings.ts';
import type { MarkedTexts } from './marked-texts.ts';
import { explanation, mismatchesOf } from './mismatches.ts';

/**
 * What the model says in place of each wrong token, after it, when a person wants it. As inlay hints and not as
 * decorations: the editor gives hints room when it wraps lines, so that no word is pushed out of view.
 */
export class PredictedText implements vscode.InlayHintsProvider, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChangeInlayHints = this.changed.event;
  private readonly subscriptions: readonly vscode.Disposable[];

  constructor(
    private readonly texts: MarkedTexts,
    private readonly settings: Settings,
  ) {
    this.subscriptions = [
      this.changed,
      texts.onDidChange(() => this.changed.fire()),
      vscode.workspace.onDidChangeConfiguration(change => {
        if (change.affectsConfiguration('protoTokens.ghostText')) this.changed.fire();
      }),
      vscode.languages.registerInlayHintsProvider({ scheme: '*' }, this),
    ];
  }

  provideInlayHints(document: vscode.TextDocument, range: vscode.Range): vscode.InlayHint[] {
    if (!this.settings.ghostText) return [];
    return this.texts
      .in(document)
      .filter(({ source }) => !source.isStale)
      .flatMap(text => mismatchesOf(text, document))
      .filter(mismatch => range.contains(mismatch.range.end))
      .map(({ token, range: { end } }) => {
        // Between signs before and after which a line may be wrapped, and nowhere else.
        const text = token.predictedText.replace(/\n/g, '⏎').replace(/ /g, '\u00a0');
        const hint = new vscode.InlayHint(end, `[${text}]`);
        hint.tooltip = explanation(token);
        return hint;
      });
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }
}
