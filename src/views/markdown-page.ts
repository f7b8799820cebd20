import * as vscode from 'vscode';

/** VS Code's own; a person may have turned it off. Its commands are not known before it has been activated. */
const markdownSupport = 'vscode.markdown-language-features';

/**
 * Shows a file of Markdown as a page, at the heading that its fragment names; or as text where nothing shows it as a page.
 *
 * @param lineOf the line of its text, from 0, at which the text is shown
 */
export async function showMarkdown(uri: vscode.Uri, lineOf: (text: string) => number = () => 0): Promise<void> {
  if (vscode.extensions.getExtension(markdownSupport)) {
    await vscode.commands.executeCommand('markdown.showPreview', uri);
    return;
  }
  const document = await vscode.workspace.openTextDocument(uri.with({ fragment: '' }));
  const place = new vscode.Position(lineOf(document.getText()), 0);
  await vscode.window.showTextDocument(document, { selection: new vscode.Range(place, place) });
}
