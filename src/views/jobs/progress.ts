import * as vscode from 'vscode';
import { clock } from '../../runtime/clock.ts';
import { counts } from '../localized-counts.ts';
import type { Activities, Activity } from './activities.ts';
import type { Job } from './job.ts';
import type { JobQueue } from './job-queue.ts';

const cancelling = (): string => vscode.l10n.t('Cancelling ...');

/** @param models names of those that work goes on with */
export const waitingText = (models: string): string =>
  vscode.l10n.t('waiting for the work with {0} to finish, as there is no memory for both', models);

/** "62 of 64 tokens, 0:12 left" */
export function progressText({ status, latest, waitsFor }: Job): string {
  if (status === 'cancelling') return cancelling();
  if (waitsFor !== undefined) return waitingText(waitsFor);
  if (!latest) return vscode.l10n.t('starting ...');
  const { correct, predicted, secondsLeft } = latest;
  const right = counts.part(correct, counts.tokens(predicted.length));
  return secondsLeft === null ? right : vscode.l10n.t('{0}, {1} left', right, clock(secondsLeft));
}

/** "7 of 10 solutions, 0:12 left" */
export function activityText({ isCancelling, progress, secondsLeft }: Activity): string {
  if (isCancelling) return cancelling();
  if (!progress) return vscode.l10n.t('starting ...');
  return secondsLeft === undefined
    ? progress.message
    : vscode.l10n.t('{0}, {1} left', progress.message, clock(secondsLeft));
}

/** Where a person may see a job already: the panel. */
export interface Watched {
  shows(job: Job): boolean;
  /** It shows another job, or has been shown or hidden. */
  readonly onDidTurn: vscode.Event<void>;
}

/**
 * A notification for the job that runs, with its accuracy, the time left and a way to cancel it, as long as the panel
 * does not show the job: progress is told once, where the person looks.
 */
export function showProgress(queue: JobQueue, panel: Watched): vscode.Disposable {
  const notified = new Set<Job>();
  const update = (job: Job): void => {
    const runs = job.status === 'running' || job.status === 'cancelling';
    if (!runs || notified.has(job) || panel.shows(job)) return;
    notified.add(job);
    void notify(job, panel).finally(() => {
      notified.delete(job);
      update(job);
    });
  };
  return vscode.Disposable.from(
    queue.onDidChange(update),
    panel.onDidTurn(() => {
      if (queue.running) update(queue.running);
    }),
  );
}

/** Until the job is over or the panel shows it. */
async function notify(job: Job, panel: Watched): Promise<void> {
  const options = {
    location: vscode.ProgressLocation.Notification,
    title: vscode.l10n.t('Compressing {0}', job.request.title),
    cancellable: true,
  };
  await vscode.window.withProgress(options, async (progress, token) => {
    token.onCancellationRequested(() => job.cancel());
    let reported = 0;
    const report = (): void => {
      const { correct = 0, predicted = [] } = job.latest ?? {};
      const percent = (100 * correct) / Math.max(1, predicted.length);
      progress.report({ message: progressText(job), increment: Math.max(0, percent - reported) });
      reported = Math.max(reported, percent);
    };
    report();
    const listener = job.onDidChange(report);
    const seen = new Promise<void>(resolve => {
      const turns = panel.onDidTurn(() => {
        if (panel.shows(job)) resolve();
      });
      void job.ended().finally(() => turns.dispose());
    });
    await Promise.race([job.ended(), seen]);
    listener.dispose();
  });
}

/** A notification as long as some work lasts, with how far it is and a way to cancel it. */
export async function showActivity<T>(activities: Activities, activity: Activity, work: () => Promise<T>): Promise<T> {
  const { title } = activity.request;
  const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  return await vscode.window.withProgress(options, async (progress, token) => {
    token.onCancellationRequested(() => activity.cancel());
    let reported = 0;
    const listener = activities.onDidChange(changed => {
      if (changed !== activity) return;
      const percent = 100 * (activity.progress?.share ?? 0);
      progress.report({ message: activityText(activity), increment: Math.max(0, percent - reported) });
      reported = Math.max(reported, percent);
    });
    try {
      return await work();
    } finally {
      listener.dispose();
    }
  });
}
