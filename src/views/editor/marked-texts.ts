import * as vscode from 'vscode';
import type { Job } from '../jobs/job.ts';
import type { JobQueue } from '../jobs/job-queue.ts';
import type { TextSource } from '../jobs/source.ts';
import { shownTexts } from './shown-texts.ts';

/** A result and the text in a document that it belongs to. */
export interface MarkedText {
  readonly job: Job;
  readonly source: TextSource;
  /** Among the jobs of this text, from 1, and how many they are. */
  readonly position: number;
  readonly count: number;
}

/**
 * Which documents hold texts that were compressed, and where: one job of each text, following edits. Whoever shows
 * something in the editor listens here.
 */
export class MarkedTexts implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  /** The texts of a document have moved, gone stale, or have another result. */
  readonly onDidChange = this.changed.event;
  private readonly progressed = new vscode.EventEmitter<void>();
  /** A job of some text is further than it was; up to ten times a second. */
  readonly onDidProgress = this.progressed.event;
  private readonly subscriptions: vscode.Disposable[];
  private lookedAt: Job | undefined;

  constructor(private readonly queue: JobQueue) {
    this.subscriptions = [
      queue.onDidAdd(job => {
        for (const document of vscode.workspace.textDocuments) check(job, document);
        job.onDidChange(change => {
          // Nobody followed the edits of the document while it had another address.
          if (change === 'place') for (const document of vscode.workspace.textDocuments) check(job, document);
          if (change === 'moment') this.progressed.fire();
          else if (change !== 'tokens' && job.source) this.changed.fire(job.source.uri);
        });
      }),
      queue.onDidRemove(job => {
        if (job === this.lookedAt) this.lookedAt = undefined;
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

  /** Texts of a document in their order; of several jobs for one text the one that is looked at, else the latest. */
  in(document: vscode.TextDocument): MarkedText[] {
    const here = this.queue.jobs.flatMap(job => {
      const { source } = job;
      return source?.isIn(document) ? [{ job, source }] : [];
    });
    const lookedAt = here.find(({ job }) => job === this.lookedAt);
    return shownTexts(here, lookedAt).map(({ job: { job, source }, ...among }) => ({ job, source, ...among }));
  }

  /** The text under the cursor of an editor. */
  under(editor: vscode.TextEditor | undefined): MarkedText | undefined {
    if (!editor) return undefined;
    const cursor = editor.document.offsetAt(editor.selection.active);
    return this.in(editor.document).find(
      ({ source }) => cursor >= source.offset && cursor <= source.offset + source.length,
    );
  }

  /** The panel shows this job: of all jobs of its text the editor shows the same. */
  lookAt(job: Job): void {
    this.lookedAt = job;
    if (job.source) this.changed.fire(job.source.uri);
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
