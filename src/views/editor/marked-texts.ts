import * as vscode from 'vscode';
import type { Job } from '../jobs/job.ts';
import type { JobQueue } from '../jobs/job-queue.ts';
import type { TextSource } from '../jobs/source.ts';

/** A result and the text in a document that it belongs to. */
export interface MarkedText {
  readonly job: Job;
  readonly source: TextSource;
}

/**
 * Which documents hold texts that were compressed, and where: the latest job of each text, following edits. Whoever
 * shows something in the editor listens here.
 */
export class MarkedTexts implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  /** The texts of a document have moved, gone stale, or have another result. */
  readonly onDidChange = this.changed.event;
  private readonly progressed = new vscode.EventEmitter<void>();
  /** A job of some text is further than it was; up to ten times a second. */
  readonly onDidProgress = this.progressed.event;
  private readonly subscriptions: vscode.Disposable[];

  constructor(private readonly queue: JobQueue) {
    this.subscriptions = [
      queue.onDidAdd(job => {
        for (const document of vscode.workspace.textDocuments) check(job, document);
        job.onDidChange(change => {
          if (change === 'moment') this.progressed.fire();
          else if (change !== 'tokens' && job.source) this.changed.fire(job.source.uri);
        });
      }),
      queue.onDidChange(({ source }) => source && this.changed.fire(source.uri)),
      vscode.workspace.onDidOpenTextDocument(document => {
        for (const job of queue.jobs) check(job, document);
      }),
      vscode.workspace.onDidChangeTextDocument(event => {
        const moved = queue.jobs.filter(({ source }) => source?.isIn(event.document) && source.follow(event));
        // An edit may have been undone, or have moved the text in a way that cannot be followed.
        for (const job of moved) if (job.source?.isStale) check(job, event.document);
        if (moved.length) this.changed.fire(event.document.uri);
      }),
    ];
  }

  /** Texts of a document in their order; of several jobs for one text the latest, an edited one until there is a later. */
  in(document: vscode.TextDocument): MarkedText[] {
    const byPlace = new Map<number, MarkedText>();
    for (const job of this.queue.jobs) {
      const { source } = job;
      if (!source?.isIn(document)) continue;
      for (const [place, earlier] of byPlace)
        if (earlier.source.isStale && earlier.source.overlaps(source)) byPlace.delete(place);
      byPlace.set(source.offset, { job, source });
    }
    return [...byPlace.values()].sort((a, b) => a.source.offset - b.source.offset);
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
    this.changed.dispose();
    this.progressed.dispose();
  }
}

function check({ source, request }: Job, document: vscode.TextDocument): void {
  if (source?.isIn(document)) source.check(document, request.text);
}
