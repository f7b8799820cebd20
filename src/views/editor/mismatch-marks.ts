import * as vscode from 'vscode';
import type { Settings } from '../settings.ts';
import type { MarkedText, MarkedTexts } from './marked-texts.ts';
import { explanation, mismatchesOf } from './mismatches.ts';
import { rangeOf } from './ranges.ts';

/** Wavy line, background and a mark in the overview ruler: seen without colours too. */
const wrong = {
  textDecoration: 'underline wavy',
  backgroundColor: new vscode.ThemeColor('editor.findMatchHighlightBackground'),
  overviewRulerColor: new vscode.ThemeColor('editorOverviewRuler.warningForeground'),
  overviewRulerLane: vscode.OverviewRulerLane.Right,
  rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
};
const stale = { opacity: '0.6', fontStyle: 'italic' };
const staleNote = { after: { margin: '0 0 0 1ch', color: new vscode.ThemeColor('editorCodeLens.foreground') } };

/** Shows in the editors which tokens of compressed texts come out wrong. */
export class MismatchMarks implements vscode.Disposable {
  private readonly wrong = vscode.window.createTextEditorDecorationType(wrong);
  private readonly stale = vscode.window.createTextEditorDecorationType(stale);
  private readonly staleNote = vscode.window.createTextEditorDecorationType(staleNote);
  private readonly subscriptions: vscode.Disposable[];

  constructor(
    private readonly texts: MarkedTexts,
    private readonly settings: Settings,
  ) {
    this.subscriptions = [
      texts.onDidChange(uri => this.updateAll(editor => editor.document.uri.toString() === uri.toString())),
      vscode.window.onDidChangeVisibleTextEditors(() => this.updateAll(() => true)),
      vscode.window.onDidChangeActiveTextEditor(() => this.updateContext()),
      vscode.workspace.onDidChangeConfiguration(change => {
        if (change.affectsConfiguration('protoTokens.ghostText')) this.updateAll(() => true);
      }),
    ];
    this.updateAll(() => true);
  }

  dispose(): void {
    for (const item of [...this.subscriptions, this.wrong, this.stale, this.staleNote]) item.dispose();
  }

  private updateAll(concerns: (editor: vscode.TextEditor) => boolean): void {
    for (const editor of vscode.window.visibleTextEditors.filter(concerns)) this.update(editor);
    this.updateContext();
  }

  private update(editor: vscode.TextEditor): void {
    const texts = this.texts.in(editor.document);
    const fresh = texts.filter(({ source }) => !source.isStale);
    const gone = texts.filter(({ source, job }) => source.isStale && job.file);
    editor.setDecorations(
      this.wrong,
      fresh.flatMap(text => this.marksOf(text, editor.document)),
    );
    editor.setDecorations(
      this.stale,
      gone.map(({ source }) => rangeOf(source, editor.document)),
    );
    editor.setDecorations(
      this.staleNote,
      gone.map(({ source }) => ({
        range: rangeOf(source, editor.document, 0, 0),
        renderOptions: { after: { contentText: vscode.l10n.t('edited since it was compressed') } },
      })),
    );
  }

  private marksOf(text: MarkedText, document: vscode.TextDocument): vscode.DecorationOptions[] {
    return mismatchesOf(text, document).map(({ token, range }) => ({
      range,
      hoverMessage: explanation(token),
      ...(this.settings.ghostText ? { renderOptions: ghost(token.predictedText) } : {}),
    }));
  }

  /** Keybindings and menus ask whether there is anything to go to. */
  private updateContext(): void {
    const editor = vscode.window.activeTextEditor;
    const texts = editor ? this.texts.in(editor.document) : [];
    const has =
      editor !== undefined && texts.some(text => !text.source.isStale && mismatchesOf(text, editor.document).length);
    void vscode.commands.executeCommand('setContext', 'protoTokens.hasMismatches', has);
    void vscode.commands.executeCommand('setContext', 'protoTokens.hasResult', texts.length > 0);
  }
}

/** What the model says in place of the token, written after it. */
function ghost(predicted: string): vscode.DecorationInstanceRenderOptions {
  return {
    after: {
      contentText: `⟨${predicted.replace(/\n/g, '⏎').replace(/ /g, '\u00a0')}⟩`,
      color: new vscode.ThemeColor('editorGhostText.foreground'),
      fontStyle: 'italic',
    },
  };
}
