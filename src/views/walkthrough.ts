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
  /** VS Code ticks a step when its context changes, and never when that was set before a walkthrough was first opened. */
  private isOpen = false;
  private readonly subscriptions: vscode.Disposable[];

  constructor(queue: JobQueue) {
    const look = ({ document, selections }: vscode.TextEditor): void => {
      if (selections.some(range => document.getText(range).trim())) this.reach('selected');
    };
    // Somebody may have been quicker than the extension.
    vscode.window.visibleTextEditors.forEach(look);
    const selecting = vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => {
      look(textEditor);
      if (this.reached.has('selected')) selecting.dispose();
    });
    this.subscriptions = [
      selecting,
      vscode.Disposable.from(
        queue.onDidChange(({ status }) => {
          if (status === 'running') this.reach('compressed');
        }),
      ),
      vscode.window.tabGroups.onDidChangeTabs(({ changed }) => {
        // Not when it opens: its walkthroughs are not there yet. It changes when it shows them.
        if (changed.some(isPageOfVsCode)) this.tellAll();
      }),
    ];
    if (vscode.window.tabGroups.all.some(({ tabs }) => tabs.some(isPageOfVsCode))) this.tellAll();
  }

  /** Ticks a step. */
  reach(milestone: Milestone): void {
    if (this.reached.has(milestone)) return;
    this.reached.add(milestone);
    if (this.isOpen) tell(milestone);
  }

  private tellAll(): void {
    this.isOpen = true;
    for (const milestone of this.reached) tell(milestone);
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }
}

const tell = (milestone: Milestone): Thenable<void> =>
  vscode.commands.executeCommand('setContext', `protoTokens.walkthrough.${milestone}`, true);

/** Whether a tab is a page of VS Code itself: its start page, on which walkthroughs are shown, say. */
const isPageOfVsCode = ({ input }: vscode.Tab): boolean => input === undefined;

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
