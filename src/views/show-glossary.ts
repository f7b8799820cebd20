import * as vscode from 'vscode';
import { anchorOf } from '../glossary/glossary.ts';
import { showMarkdown } from './markdown-page.ts';

/** Opens the glossary as a page, at a term if one is named. */
export async function showGlossary(extensionUri: vscode.Uri, term?: string): Promise<void> {
  const page = vscode.Uri.joinPath(extensionUri, 'docs', 'glossary.md');
  const fragment = term === undefined ? '' : anchorOf(term);
  await showMarkdown(page.with({ fragment }), text => Math.max(0, text.split('\n').indexOf(`## ${term}`)));
}
