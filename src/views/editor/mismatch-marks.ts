import * as vscode from 'vscode';
import { changedRange } from './changed-range.ts';
import type { MarkedText, MarkedTexts } from './marked-texts.ts';
import { explanation, mismatchesOf } from './mismatches.ts';
import { rangeOf } from './ranges.ts';
import { code } from './token-code.ts';

/** Wavy line, background and a mark in the overview ruler: seen without colours too. */
const wrong = {
  textDecoration: 'underline wavy',
  backgroundColor: new vscode.ThemeColor('editor.findMatchHighlightBackground'),
  overviewRulerColor: new vscode.ThemeColor('editorOverviewRuler.warningForeground'),
  overviewRulerLane: vscode.OverviewRulerLane.Right,
  rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
};
const stale = { opacity: '0.6', fontStyle: 'italic' };
/** What an edit has put in the place of something that the vectors hold: a frame, which needs no room and no colour. */
const edited = {
  border: '1px dashed',
  borderColor: new vscode.ThemeColor('editorOverviewRuler.warningForeground'),
  overviewRulerColor: new vscode.ThemeColor('editorOverviewRuler.modifiedForeground'),
  overviewRulerLane: vscode.OverviewRulerLane.Right,
};

/** Shows in the editors which tokens of compressed texts come out wrong. */
export class MismatchMarks implements vscode.Disposable {
  private readonly wrong = vscode.window.createTextEditorDecorationType(wrong);
  private readonly stale = vscode.window.createTextEditorDecorationType(stale);
  private readonly edited = vscode.window.createTextEditorDecorationType(edited);
  private readonly subscriptions: vscode.Disposable[];

  constructor(private readonly texts: MarkedTexts) {
    this.subscriptions = [
      texts.onDidChange(uri => this.updateAll(editor => editor.document.uri.toString() === uri.toString())),
      vscode.window.onDidChangeVisibleTextEditors(() => this.updateAll(() => true)),
      vscode.window.onDidChangeActiveTextEditor(() => this.updateContext()),
    ];
    this.updateAll(() => true);
  }

  dispose(): void {
    for (const item of [...this.subscriptions, this.wrong, this.stale, this.edited]) item.dispose();
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
      gone.map(({ source, job }) => ({
        range: rangeOf(source, editor.document),
        hoverMessage: vscode.l10n.t('Edited since it was compressed. The vectors hold {0}', code(job.request.text)),
      })),
    );
    editor.setDecorations(
      this.edited,
      gone.map(text => editOf(text, editor.document)),
    );
  }

  private marksOf(text: MarkedText, document: vscode.TextDocument): vscode.DecorationOptions[] {
    return mismatchesOf(text, document).map(({ token, range }) => ({ range, hoverMessage: explanation(token) }));
  }

  /** Keybindings and menus ask whether there is anything to go to. */
  private updateContext(): void {
    const editor = vscode.window.activeTextEditor;
    const texts = editor ? this.texts.in(editor.document) : [];
    const has =
      editor !== undefined && texts.some(text => !text.source.isStale && mismatchesOf(text, editor.document).length);
    void vscode.commands.executeCommand('setContext', 'protoTokens.hasMismatches', has);
    const hasResult = texts.some(({ job }) => job.file);
    void vscode.commands.executeCommand('setContext', 'protoTokens.hasText', texts.length > 0);
    void vscode.commands.executeCommand('setContext', 'protoTokens.hasResult', hasResult);
  }
}

/** Where a text differs from what was compressed. */
function editOf({ source, job }: MarkedText, document: vscode.TextDocument): vscode.Range {
  const { start, end } = changedRange(job.request.text, document.getText(rangeOf(source, document)));
  return rangeOf(source, document, start, end);
}
