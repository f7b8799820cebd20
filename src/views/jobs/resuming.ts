import * as vscode from 'vscode';
import type { Job } from './job.ts';
import type { JobQueue } from './job-queue.ts';

/** Asks whether jobs of earlier windows that were interrupted should go on, whenever some are there again. */
export function offerToResume(queue: JobQueue, show: (job: Job) => void): vscode.Disposable {
  return queue.onDidRestore(jobs => {
    const interrupted = jobs.filter(({ status }) => status === 'interrupted');
    // Not awaited: nothing else must wait for a person.
    if (interrupted.length) void ask(queue, interrupted, show);
  });
}

async function ask(queue: JobQueue, interrupted: readonly Job[], show: (job: Job) => void): Promise<void> {
  const resume = vscode.l10n.t('Resume');
  const names = interrupted.map(({ request }) => request.title).join(', ');
  const message =
    interrupted.length === 1
      ? vscode.l10n.t('Compressing {0} was interrupted; it can go on from where it was.', names)
      : vscode.l10n.t(
          '{0} jobs were interrupted ({1}); they can go on from where they were.',
          interrupted.length,
          names,
        );
  if ((await vscode.window.showInformationMessage(message, resume)) !== resume) return;
  for (const job of interrupted) if (queue.find(job.id)) queue.resume(job);
  const first = interrupted.find(({ id }) => queue.find(id));
  if (first) show(first);
}
