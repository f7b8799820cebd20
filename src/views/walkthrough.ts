import * as vscode from 'vscode';
import type { Sample } from './commands/sample.ts';
import type { JobQueue } from './jobs/job-queue.ts';

const walkthrough = 'proto-tokens.proto-tokens#start';
/** `npm start` leaves it in its sample workspace: the file that is the sample there, by name. */
const note = '.proto-tokens-welcome';

/** What a person has to have done for a step of the walkthrough to be ticked; package.json names them. */
export type Milestone = 'selected' | 'compressed' | 'lookedClosely' | 'usedResult';

/** Knows which steps of the walkthrough have happened, whichever way they came about. */
export class Walkthrough implements vscode.Disposable {
  private readonly reached = new Set<Milestone>();
  private readonly subscriptions: vscode.Disposable[];

  constructor(queue: JobQueue) {
    const selecting = vscode.window.onDidChangeTextEditorSelection(({ textEditor, selections }) => {
      if (!selections.some(range => textEditor.document.getText(range).trim())) return;
      this.reach('selected');
      selecting.dispose();
    });
    this.subscriptions = [
      selecting,
      vscode.Disposable.from(
        queue.onDidChange(({ status }) => {
          if (status === 'running') this.reach('compressed');
        }),
      ),
    ];
  }

  /** Ticks a step. */
  reach(milestone: Milestone): void {
    if (this.reached.has(milestone)) return;
    this.reached.add(milestone);
    void vscode.commands.executeCommand('setContext', `protoTokens.walkthrough.${milestone}`, true);
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }
}

/**
 * Where `npm start` asks for it: opens the workspace's sample, a sentence of it selected, with the walkthrough beside. The
 * note is gone afterwards, so that a reload of the window changes nothing.
 */
export async function welcome(sample: Sample): Promise<void> {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  if (folder?.uri.scheme !== 'file' && folder?.uri.scheme !== 'vscode-remote') return;
  const place = vscode.Uri.joinPath(folder.uri, note);
  const bytes = await vscode.workspace.fs.readFile(place).then(
    found => found,
    () => undefined,
  );
  if (!bytes) return;
  await vscode.workspace.fs.delete(place);
  const name = new TextDecoder().decode(bytes).trim();
  await sample.adopt(vscode.Uri.joinPath(folder.uri, name));
  const { document, viewColumn } = await sample.open();
  await vscode.commands.executeCommand('workbench.action.openWalkthrough', walkthrough, true);
  await vscode.window.showTextDocument(document, { preview: false, ...(viewColumn ? { viewColumn } : {}) });
}
