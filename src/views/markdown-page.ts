import * as vscode from 'vscode';

/** VS Code's own; a person may have turned it off. Its commands are not known before it has been activated. */
const markdownSupport = 'vscode.markdown-language-features';

/** Shows a file of Markdown as a page, or as text where nothing shows it as a page. */
export async function showMarkdown(uri: vscode.Uri): Promise<void> {
  if (vscode.extensions.getExtension(markdownSupport))
    await vscode.commands.executeCommand('markdown.showPreview', uri);
  else await vscode.window.showTextDocument(uri);
}
