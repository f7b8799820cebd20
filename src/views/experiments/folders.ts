import { dirname } from 'node:path';
import * as vscode from 'vscode';
import { readRequest } from '../../runtime/experiments/folder.ts';
import { Notice } from '../notice.ts';

const mostFolders = 200;

/** Asks for one of the experiments of the workspace. @throws Notice when there is none. */
export async function askForFolder(): Promise<string | undefined> {
  const files = await vscode.workspace.findFiles('**/experiment.json', '**/node_modules/**', mostFolders);
  const found = await Promise.all(
    files
      .filter(({ scheme }) => scheme === 'file')
      .map(async ({ fsPath }) => {
        const out = dirname(fsPath);
        // Other programs have files of this name, too.
        const request = await readRequest(out).catch(() => undefined);
        if (!request) return [];
        const { experiment, model, preset } = request;
        return [
          { label: vscode.workspace.asRelativePath(out), description: `${experiment}, ${preset}, ${model.id}`, out },
        ];
      }),
  );
  const items = found.flat().sort((a, b) => a.label.localeCompare(b.label));
  if (!items.length)
    throw new Notice(vscode.l10n.t('The workspace holds no experiment; run one first.'), [
      {
        label: vscode.l10n.t('Run Experiment ...'),
        run: () => vscode.commands.executeCommand('protoTokens.runExperiment'),
      },
    ]);
  const title = vscode.l10n.t('Continue Experiment');
  // The page that had the focus may get it back while the list comes.
  return (await vscode.window.showQuickPick(items, { title, ignoreFocusOut: true }))?.out;
}
