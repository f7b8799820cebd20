import * as vscode from 'vscode';
import { clock } from '../../runtime/clock.ts';
import type { Job } from './job.ts';
import type { JobQueue } from './job-queue.ts';

/** "62 of 64 tokens, 0:12 left" */
export function progressText(job: Job): string {
  const { latest } = job;
  if (!latest) return vscode.l10n.t('starting ...');
  const { correct, predicted, secondsLeft } = latest;
  return secondsLeft === null
    ? vscode.l10n.t('{0} of {1} tokens', correct, predicted.length)
    : vscode.l10n.t('{0} of {1} tokens, {2} left', correct, predicted.length, clock(secondsLeft));
}

/** A notification for every running job, with its accuracy, the time left and a way to cancel it. */
export function showProgress(queue: JobQueue): vscode.Disposable {
  return queue.onDidAdd(job => {
    job.onDidChange(change => {
      if (change === 'status' && job.status === 'running') void notify(job);
    });
  });
}

async function notify(job: Job): Promise<void> {
  const options = {
    location: vscode.ProgressLocation.Notification,
    title: vscode.l10n.t('Compressing {0}', job.request.title),
    cancellable: true,
  };
  await vscode.window.withProgress(options, (progress, token) => {
    token.onCancellationRequested(() => job.cancel());
    let reported = 0;
    return new Promise<void>(resolve => {
      const listener = job.onDidChange(change => {
        if (job.isOver) {
          listener.dispose();
          resolve();
        } else if (change === 'moment' && job.latest) {
          const percent = (100 * job.latest.correct) / Math.max(1, job.latest.predicted.length);
          progress.report({ message: progressText(job), increment: Math.max(0, percent - reported) });
          reported = Math.max(reported, percent);
        }
      });
    });
  });
}
