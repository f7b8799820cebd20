import * as vscode from 'vscode';
import { messageOf, UserError } from '../../runtime/errors.ts';
import { exists, nameOf } from '../files/saving.ts';
import { Notice, type WayOn } from '../notice.ts';

/**
 * Opens a text, wherever it is.
 *
 * @param waysOn what else can be done where there is no text
 * @throws Notice when it is gone or holds no text; UserError when it cannot be opened.
 */
export async function openText(uri: vscode.Uri, waysOn: readonly WayOn[] = []): Promise<vscode.TextDocument> {
  const name = nameOf(uri) || uri.toString();
  const open = vscode.workspace.textDocuments.find(document => document.uri.toString() === uri.toString());
  if (open) return open;
  // VS Code would make a new one of the same name.
  if (uri.scheme === 'untitled')
    throw new Notice(vscode.l10n.t('{0} was closed without being saved, and its text is gone.', name), waysOn);
  try {
    return await vscode.workspace.openTextDocument(uri);
  } catch (error) {
    const reason = messageOf(error);
    if (/binary/i.test(reason))
      throw new Notice(vscode.l10n.t('{0} is a binary file; only text can be compressed.', name), waysOn);
    if (!(await exists(uri)))
      throw new Notice(vscode.l10n.t('{0} is not there any more; it may have been moved or deleted.', name), waysOn);
    throw new UserError(vscode.l10n.t('{0} cannot be opened as text ({1}).', name, reason));
  }
}
