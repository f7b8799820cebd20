import * as vscode from 'vscode';

/**
 * Column in which a text is open: where it is seen, the active editor before others, or else where it has a tab. Undefined
 * when it is open nowhere.
 */
export function columnOfText(uri: vscode.Uri): vscode.ViewColumn | undefined {
  const address = uri.toString();
  const shows = (editor: vscode.TextEditor | undefined): boolean => editor?.document.uri.toString() === address;
  const { activeTextEditor, visibleTextEditors, tabGroups } = vscode.window;
  if (shows(activeTextEditor)) return activeTextEditor?.viewColumn;
  const seen = visibleTextEditors.find(editor => editor.viewColumn !== undefined && shows(editor));
  const holds = ({ input }: vscode.Tab): boolean =>
    input instanceof vscode.TabInputText && input.uri.toString() === address;
  return seen?.viewColumn ?? tabGroups.all.find(({ tabs }) => tabs.some(holds))?.viewColumn;
}

/** All columns of the window. */
export function columns(): vscode.ViewColumn[] {
  return vscode.window.tabGroups.all.map(({ viewColumn }) => viewColumn);
}
