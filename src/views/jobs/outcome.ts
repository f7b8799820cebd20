import * as vscode from 'vscode';
import { achievement, vectorsIn } from '../achievement.ts';
import { counts } from '../localized-counts.ts';
import { Notice, offer } from '../notice.ts';
import type { PanelAction } from '../requests.ts';
import { onEndedTogether } from './ended-together.ts';
import type { Job } from './job.ts';
import type { JobQueue } from './job-queue.ts';
import type { Watched } from './progress.ts';

/** What can be done with a job that has ended, or with several. */
export interface OutcomeActions {
  act(job: Job, action: PanelAction): unknown;
  show(job: Job): unknown;
  compare(jobs: readonly Job[]): unknown;
}

/** Says how jobs have ended, and what can be done with their results, where the panel does not show it. */
export function showOutcomes(queue: JobQueue, panel: Watched, actions: OutcomeActions): vscode.Disposable {
  const ended = onEndedTogether(
    queue,
    job => panel.shows(job),
    jobs => {
      const finished = jobs.filter(({ status }) => status === 'finished');
      const failed = jobs.filter(({ status }) => status === 'failed');
      const [only] = finished;
      if (only) void offer(finished.length === 1 ? resultOf(only, actions) : resultsOf(finished, actions));
      if (failed.length) void tellFailure(failed, actions);
    },
  );
  return vscode.Disposable.from(ended);
}

function resultOf(job: Job, { act }: OutcomeActions): Notice {
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
  return new Notice(`${request.title}: ${sentence}`, [
    way(vscode.l10n.t('Decode'), 'decode'),
    way(vscode.l10n.t('Save'), 'save'),
    way(vscode.l10n.t('Break It'), 'breakIt'),
    way(vscode.l10n.t('Look Inside'), 'lookInside'),
  ]);
}

function resultsOf(jobs: readonly Job[], { compare }: OutcomeActions): Notice {
  const right = jobs.filter(({ score }) => score && score.correct === score.tokens).length;
  const texts = counts.texts(jobs.length);
  const sentence =
    right === jobs.length
      ? vscode.l10n.t('{0} are compressed, and every token comes out right.', texts)
      : vscode.l10n.t(
          '{0} are compressed; every token comes out right in {1}, and the files store the rest as corrections.',
          texts,
          right.toLocaleString(),
        );
  return new Notice(sentence, [{ label: vscode.l10n.t('Compare Runs'), run: () => compare(jobs) }]);
}

async function tellFailure(jobs: readonly Job[], { show }: OutcomeActions): Promise<void> {
  const titles = jobs.map(({ request }) => request.title).join(', ');
  const problems = [...new Set(jobs.map(({ problem }) => problem ?? ''))].join(' ');
  const panel = vscode.l10n.t('Show Panel');
  const message = vscode.l10n.t('Compressing {0} failed: {1}', titles, problems);
  const [first] = jobs;
  if ((await vscode.window.showErrorMessage(message, panel)) === panel && first) show(first);
}
