import * as vscode from 'vscode';
import type { Job } from '../jobs/job.ts';
import type { JobQueue } from '../jobs/job-queue.ts';
import type { TextSource } from '../jobs/source.ts';
import { movedPath } from '../paths.ts';

/** Where the text of a job is after its new document was saved. */
interface Destination {
  readonly job: Job;
  readonly address: vscode.Uri;
  readonly offset: number;
  readonly length: number;
}

/**
 * Follows what happens to the files of jobs: a text whose file is renamed or moved, a new document that is saved for the
 * first time, and a saved result that is renamed, moved or deleted.
 */
export class MovedFiles implements vscode.Disposable {
  /** Texts of new documents that were perhaps saved, by the addresses of these documents. */
  private readonly perhapsSaved = new Map<string, readonly Destination[]>();
  private readonly subscriptions: readonly vscode.Disposable[];

  constructor(private readonly queue: Pick<JobQueue, 'jobs'>) {
    this.subscriptions = [
      vscode.workspace.onDidRenameFiles(({ files }) => {
        for (const { oldUri, newUri } of files) for (const job of queue.jobs) rename(job, oldUri, newUri);
      }),
      vscode.workspace.onDidDeleteFiles(({ files }) => {
        for (const file of files) for (const job of queue.jobs) forgetSaved(job, file);
      }),
      vscode.workspace.onDidSaveTextDocument(saved => this.noteSaved(saved)),
      vscode.workspace.onDidCloseTextDocument(closed => this.followSaved(closed.uri.toString())),
    ];
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  /** A new document that is saved becomes a file with the same text; it is emptied then, and closed last. */
  private noteSaved(saved: vscode.TextDocument): void {
    for (const document of vscode.workspace.textDocuments.filter(({ isUntitled }) => isUntitled)) {
      const partOf = (of: vscode.TextDocument, { offset, length }: TextSource): string =>
        of.getText().slice(offset, offset + length);
      const same = this.queue.jobs.flatMap(job => {
        const { source } = job;
        if (!source?.isIn(document) || partOf(document, source) !== partOf(saved, source)) return [];
        return [{ job, address: saved.uri, offset: source.offset, length: source.length }];
      });
      if (same.length) this.perhapsSaved.set(document.uri.toString(), same);
    }
  }

  private followSaved(closed: string): void {
    for (const { job, address, ...place } of this.perhapsSaved.get(closed) ?? []) job.moveText(address, place);
    this.perhapsSaved.delete(closed);
  }
}

function rename(job: Job, from: vscode.Uri, to: vscode.Uri): void {
  const text = job.source && movedUri(job.source.uri, from, to);
  if (text) job.moveText(text);
  const result = job.saved && movedUri(vscode.Uri.parse(job.saved.uri), from, to);
  if (result) job.markSaved({ uri: result.toString(), name: vscode.workspace.asRelativePath(result) });
}

function forgetSaved(job: Job, deleted: vscode.Uri): void {
  if (job.saved && movedUri(vscode.Uri.parse(job.saved.uri), deleted, deleted)) job.markSaved(null);
}

function movedUri(place: vscode.Uri, from: vscode.Uri, to: vscode.Uri): vscode.Uri | undefined {
  if (place.scheme !== from.scheme || place.authority !== from.authority) return undefined;
  const path = movedPath(place.path, from.path, to.path);
  return path === undefined ? undefined : to.with({ path });
}
