import * as vscode from 'vscode';
import { anchorOf } from '../glossary/glossary.ts';

/** Opens the glossary as a page, at a term if one is named; as text where nothing shows Markdown as a page. */
export async function showGlossary(extensionUri: vscode.Uri, term?: string): Promise<void> {
  const page = vscode.Uri.joinPath(extensionUri, 'docs', 'glossary.md');
  const known = await vscode.commands.getCommands(true);
  if (known.includes('markdown.showPreview')) {
    await vscode.commands.executeCommand('markdown.showPreview', page.with({ fragment: term ? anchorOf(term) : '' }));
    return;
  }
  const document = await vscode.workspace.openTextDocument(page);
  const heading = term ? document.getText().indexOf(`\n## ${term}\n`) + 1 : 0;
  const place = document.positionAt(Math.max(0, heading));
  await vscode.window.showTextDocument(document, { selection: new vscode.Range(place, place) });
}
