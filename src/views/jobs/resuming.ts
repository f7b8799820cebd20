import * as vscode from 'vscode';
import type { Job } from './job.ts';
import type { JobQueue } from './job-queue.ts';

/** Brings back the jobs of earlier windows and asks whether those that were interrupted should go on. */
export async function offerToResume(queue: JobQueue, show: (job: Job) => void): Promise<void> {
  const interrupted = await queue.restore();
  if (!interrupted.length) return;
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
  // Not awaited: activation must not wait for a person.
  void vscode.window.showInformationMessage(message, resume).then(chosen => {
    if (chosen !== resume) return;
    for (const job of interrupted) queue.resume(job);
    const [first] = interrupted;
    if (first) show(first);
  });
}
