import * as vscode from 'vscode';
import { achievement, vectorsIn } from '../achievement.ts';
import { Notice, offer } from '../notice.ts';
import type { PanelAction } from '../requests.ts';
import type { Job } from './job.ts';
import type { JobQueue } from './job-queue.ts';
import type { Watched } from './progress.ts';

/** Says how a job has ended, and what can be done with its result, where the panel does not show it. */
export function showOutcome(
  queue: JobQueue,
  panel: Watched & { show(job: Job): unknown },
  act: (job: Job, action: PanelAction) => unknown,
): vscode.Disposable {
  const tell = (job: Job): void => {
    if (panel.shows(job)) return;
    if (job.status === 'finished') void offer(resultOf(job, act));
    if (job.status === 'failed') void fail(job, () => panel.show(job));
  };
  return vscode.Disposable.from(
    queue.onDidAdd(job => {
      job.onDidChange(change => {
        if (change === 'status') tell(job);
      });
    }),
  );
}

function resultOf(job: Job, act: (job: Job, action: PanelAction) => unknown): Notice {
  const { model, request } = job;
  const result = job.result();
  const { correct, tokens } = job.score ?? { correct: 0, tokens: 0 };
  const achieved = {
    correct,
    tokens,
    vectors: vectorsIn(result?.segments ?? 1, request.choices.sharedM),
    numbers: model?.hiddenSize ?? 0,
  };
  const sentence = achievement(achieved, (message, ...values) => vscode.l10n.t(message, ...values));
  const way = (label: string, action: PanelAction) => ({ label, run: () => act(job, action) });
  return new Notice(`${job.request.title}: ${sentence}`, [
    way(vscode.l10n.t('Decode'), 'decode'),
    way(vscode.l10n.t('Save'), 'save'),
    way(vscode.l10n.t('Break It'), 'breakIt'),
    way(vscode.l10n.t('Look Inside'), 'lookInside'),
  ]);
}

async function fail({ request, problem }: Job, show: () => unknown): Promise<void> {
  const panel = vscode.l10n.t('Show Panel');
  const message = vscode.l10n.t('Compressing {0} failed: {1}', request.title, problem ?? '');
  if ((await vscode.window.showErrorMessage(message, panel)) === panel) show();
}
