import * as vscode from 'vscode';
import { nameOf, readBytes, writeBeside } from '../files/saving.ts';
import type { SolutionsPlace } from './keeping-curves.ts';

/** A file of solutions, to read and write. */
export const placeOf = (uri: vscode.Uri): SolutionsPlace => ({
  name: nameOf(uri),
  read: () => readBytes(uri),
  write: bytes => writeBeside(uri, bytes),
});

/** The file was replaced while curves were trained between its solutions: they are not written into the new one. */
export async function offerCopy(uri: vscode.Uri, copy: Uint8Array): Promise<void> {
  const saveCopy = vscode.l10n.t('Save a Copy ...');
  const message = vscode.l10n.t(
    '{0} has changed on disk while the curves were trained, and is left as it is; the curves and the solutions that they connect can be saved as another file.',
    nameOf(uri),
  );
  if ((await vscode.window.showWarningMessage(message, saveCopy)) !== saveCopy) return;
  const target = await vscode.window.showSaveDialog({
    defaultUri: uri.with({ path: uri.path.replace(/(\.solutions\.json)?$/, '-with-curves.solutions.json') }),
  });
  if (target) await writeBeside(target, copy);
}
