import * as vscode from 'vscode';

/** Calls back whenever a file is written by anybody. */
export function watchFile(uri: vscode.Uri, onChange: () => void): vscode.Disposable {
  const name = uri.path.split('/').at(-1) ?? '';
  const watcher = vscode.workspace.createFileSystemWatcher(
    new vscode.RelativePattern(vscode.Uri.joinPath(uri, '..'), name.replace(/[[\]{}*?]/g, '?')),
  );
  // A file that is replaced by a rename is created.
  return vscode.Disposable.from(watcher, watcher.onDidChange(onChange), watcher.onDidCreate(onChange));
}
