import * as vscode from 'vscode';
import type { Job } from '../jobs/job.ts';
import { Notice } from '../notice.ts';
import type { TokenPointer } from '../panel/job-panel.ts';
import { columnOfText } from '../panel/text-column.ts';
import type { MarkedTexts } from './marked-texts.ts';
import { mismatchesOf } from './mismatches.ts';
import { openText } from './open-text.ts';
import { rangeOf } from './ranges.ts';

/** Points at tokens in the editor, and goes from one wrong token to the next. */
export class EditorTokenPointer implements TokenPointer, vscode.Disposable {
  private readonly mark = vscode.window.createTextEditorDecorationType({
    backgroundColor: new vscode.ThemeColor('editor.wordHighlightStrongBackground'),
    border: '1px solid',
    borderColor: new vscode.ThemeColor('editor.findMatchBorder'),
  });

  /** @param onPoint hears that a token is pointed at */
  constructor(private readonly onPoint: () => void) {}

  hover({ source, tokens }: Job, index: number | null): void {
    const token = index === null ? undefined : tokens[index];
    if (token) this.onPoint();
    const rangesIn = (document: vscode.TextDocument): vscode.Range[] =>
      token && source?.isIn(document) && !source.isStale ? [rangeOf(source, document, token.start, token.end)] : [];
    for (const editor of vscode.window.visibleTextEditors) editor.setDecorations(this.mark, rangesIn(editor.document));
  }

  async reveal({ id, request, source, tokens }: Job, index: number): Promise<void> {
    const token = tokens[index];
    if (!source || !token) throw new Notice(vscode.l10n.t('The text of {0} is not open in an editor.', request.title));
    // First: whether it was edited meanwhile is known when it is open.
    const document = await openText(source.uri);
    if (source.isStale)
      throw new Notice(vscode.l10n.t('{0} has been edited since it was compressed.', request.title), [
        {
          label: vscode.l10n.t('Compress Again'),
          run: () => vscode.commands.executeCommand('protoTokens.compressAgain', id),
        },
      ]);
    await vscode.window.showTextDocument(document, {
      viewColumn: columnOfText(source.uri) ?? vscode.ViewColumn.One,
      selection: rangeOf(source, document, token.start, token.end),
      // Whoever goes from token to token in the panel goes on there: the next key is not for the text.
      preserveFocus: true,
    });
  }

  dispose(): void {
    this.mark.dispose();
  }
}

/** Moves the cursor to the next wrong token after it (or the one before it), around the ends of the document. */
export function goToMismatch(texts: MarkedTexts, direction: 1 | -1): void {
  const editor = vscode.window.activeTextEditor;
  if (!editor) return;
  const { document, selection } = editor;
  const ranges = texts
    .in(document)
    .filter(({ source }) => !source.isStale)
    .flatMap(text => mismatchesOf(text, document).map(({ range }) => range));
  const beyond = (range: vscode.Range): boolean =>
    direction > 0 ? range.start.isAfter(selection.start) : range.start.isBefore(selection.start);
  const inOrder = direction > 0 ? ranges : ranges.reverse();
  const target = inOrder.find(beyond) ?? inOrder[0];
  if (!target) {
    void vscode.window.setStatusBarMessage(vscode.l10n.t('No wrong tokens in this document.'), 3000);
    return;
  }
  editor.selection = new vscode.Selection(target.start, target.end);
  editor.revealRange(target, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
  void vscode.commands.executeCommand('editor.action.showHover', { focus: 'noAutoFocus' });
}
