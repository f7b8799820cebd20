import * as vscode from 'vscode';
import { counts } from '../localized-counts.ts';
import type { Activity } from './activities.ts';
import type { Job } from './job.ts';
import type { JobQueue, Restored } from './job-queue.ts';

/** How whatever was interrupted goes on. */
export interface Resuming {
  readonly job: (job: Job) => void;
  readonly activity: (activity: Activity) => unknown;
}

interface Interrupted {
  /** "Compressing story.txt:1" */
  readonly title: string;
  resume(): void;
}

/** Asks whether jobs of earlier windows that were interrupted should go on, whenever some are there again. */
export function offerToResume(queue: JobQueue, resuming: Resuming): vscode.Disposable {
  return queue.onDidRestore(restored => {
    const interrupted = interruptedOf(restored, queue, resuming);
    // Not awaited: nothing else must wait for a person.
    if (interrupted.length) void ask(interrupted);
  });
}

function interruptedOf({ jobs, activities }: Restored, queue: JobQueue, resuming: Resuming): Interrupted[] {
  const entries = [
    ...jobs.map(job => ({
      status: job.status,
      title: vscode.l10n.t('Compressing {0}', job.request.title),
      // It may have been removed, or resumed otherwise, since.
      resume: () => job.status === 'interrupted' && queue.find(job.id) && resuming.job(job),
    })),
    ...activities.map(activity => ({
      status: activity.status,
      title: activity.request.title,
      resume: () => activity.status === 'interrupted' && resuming.activity(activity),
    })),
  ];
  return entries.filter(({ status }) => status === 'interrupted');
}

async function ask(interrupted: readonly Interrupted[]): Promise<void> {
  const resume = vscode.l10n.t('Resume');
  const titles = interrupted.map(({ title }) => title).join(', ');
  const message =
    interrupted.length === 1
      ? vscode.l10n.t('{0} was interrupted; it can go on from where it was.', titles)
      : vscode.l10n.t(
          '{0} were interrupted ({1}); they can go on from where they were.',
          counts.jobs(interrupted.length),
          titles,
        );
  if ((await vscode.window.showInformationMessage(message, resume)) !== resume) return;
  for (const entry of interrupted) entry.resume();
}
