import * as vscode from 'vscode';
import { messageOf, UserError } from '../../runtime/errors.ts';
import type { ModelRequest } from '../../runtime/operations/operation.ts';
import { rangeOf } from '../editor/ranges.ts';
import { nameOf } from '../files/saving.ts';
import type { Job } from '../jobs/job.ts';
import type { JobQueue } from '../jobs/job-queue.ts';
import { TextSource } from '../jobs/source.ts';
import type { Choices } from '../protocol.ts';
import type { Settings } from '../settings.ts';

/** Starts jobs from what a person has selected, and once more from earlier ones. */
export class Compressing {
  constructor(
    private readonly queue: JobQueue,
    private readonly settings: Settings,
  ) {}

  /** @throws UserError when nothing is selected. */
  selection(): Job {
    const editor = vscode.window.activeTextEditor;
    if (!editor || editor.selection.isEmpty)
      throw new UserError(vscode.l10n.t('Select some text first; "Compress File" takes all of it.'));
    const { document, selection } = editor;
    const title = `${titleOf(document.uri)}:${selection.start.line + 1}`;
    return this.start(document, document.offsetAt(selection.start), document.getText(selection), title);
  }

  /** The whole text of a file, or of the document in the active editor. @throws UserError when it is not text. */
  async file(uri: vscode.Uri | undefined): Promise<Job> {
    const target = uri ?? vscode.window.activeTextEditor?.document.uri;
    if (!target) throw new UserError(vscode.l10n.t('Open a text file first, or choose one in the explorer.'));
    const document = await vscode.workspace.openTextDocument(target).then(undefined, (error: unknown) => {
      throw new UserError(vscode.l10n.t('{0} cannot be opened as text ({1}).', nameOf(target), messageOf(error)));
    });
    const text = document.getText();
    if (!text) throw new UserError(vscode.l10n.t('{0} is empty; there is nothing to compress.', nameOf(target)));
    return this.start(document, 0, text, titleOf(document.uri));
  }

  /** The same text once more, with other choices or as it stands now. */
  again(job: Job, changed: Partial<Choices> = {}, continueFrom?: Uint8Array): Job {
    const { title, text, model, choices } = job.request;
    const { source } = job;
    const place = source && new TextSource(source.uri, source.offset, source.length);
    const request = { title, text, model, choices: { ...choices, ...changed } };
    return this.queue.start(continueFrom ? { ...request, continueFrom } : request, place);
  }

  /** What stands now where a text was that has been edited since. What was not edited keeps its vectors. */
  async current(job: Job): Promise<Job> {
    const { source } = job;
    if (!source) throw new UserError(vscode.l10n.t('The text of this job is not open in an editor.'));
    const editor =
      vscode.window.visibleTextEditors.find(({ document }) => source.isIn(document)) ??
      (await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(source.uri)));
    const { document } = editor;
    const range = document.validateRange(rangeOf(source, document));
    editor.selection = new vscode.Selection(range.start, range.end);
    editor.revealRange(range);
    return this.start(document, document.offsetAt(range.start), document.getText(range), job.request.title, job);
  }

  private start(document: vscode.TextDocument, offset: number, text: string, title: string, earlier?: Job): Job {
    const { model, choices } = this.settings;
    const continueFrom = earlier && vectorsFor(earlier, model, choices);
    const request = { title, text, model, choices, ...(continueFrom ? { continueFrom } : {}) };
    return this.queue.start(request, new TextSource(document.uri, offset, text.length));
  }
}

/** The file of an earlier job, if its vectors can be a start for these choices. */
function vectorsFor({ request, file }: Job, model: ModelRequest, choices: Choices): Uint8Array | undefined {
  const sameModel = model.folder === request.model.folder;
  const sameArrangement = choices.arrangement === request.choices.arrangement;
  const shared = choices.sharedM || request.choices.sharedM;
  return sameModel && sameArrangement && !shared ? file : undefined;
}

function titleOf(uri: vscode.Uri): string {
  return nameOf(uri) || uri.toString();
}
