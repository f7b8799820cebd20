import * as vscode from 'vscode';
import { suggestedPlace, writeBeside } from '../files/saving.ts';

/** Asks where a picture or table should go and writes it there; false when the person changed their mind. */
export async function exportFile(name: string, content: string | Uint8Array): Promise<boolean> {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  const target = await vscode.window.showSaveDialog({
    defaultUri: folder ? vscode.Uri.joinPath(folder.uri, name) : suggestedPlace(name),
    saveLabel: vscode.l10n.t('Export'),
  });
  if (!target) return false;
  await writeBeside(target, typeof content === 'string' ? new TextEncoder().encode(content) : content);
  return true;
}
