import * as vscode from 'vscode';
import type { Activities } from './jobs/activities.ts';
import type { Job } from './jobs/job.ts';
import type { JobQueue } from './jobs/job-queue.ts';
import { activityText, progressText } from './jobs/progress.ts';

interface Shown {
  readonly text: string;
  readonly title: string;
  /** What choosing it shows: the panel of a job, or the list of what runs. */
  readonly command: 'protoTokens.showPanel' | 'protoTokens.jobs.focus';
}

/** What runs, in the status bar, or the last job that ended. */
export class StatusBar implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem('protoTokens', vscode.StatusBarAlignment.Left, 50);
  private readonly subscriptions: vscode.Disposable[];

  constructor(
    private readonly queue: JobQueue,
    private readonly activities: Activities,
  ) {
    this.item.name = 'Proto-Tokens';
    this.subscriptions = [
      queue.onDidAdd(job => job.onDidChange(() => this.update())),
      queue.onDidChange(() => this.update()),
      activities.onDidChange(() => this.update()),
    ];
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
    this.item.dispose();
  }

  private update(): void {
    const shown = this.shown();
    if (!shown) {
      this.item.hide();
      return;
    }
    const { text, title, command } = shown;
    this.item.text = text;
    this.item.command = command;
    this.item.tooltip = `Proto-Tokens: ${title}`;
    this.item.accessibilityInformation = { label: `Proto-Tokens: ${text.replace(/\$\([^)]*\)\s*/g, '')}` };
    this.item.show();
  }

  private shown(): Shown | undefined {
    const activity = this.activities.running.at(-1);
    const job = this.queue.running ?? (activity ? undefined : this.queue.jobs.at(-1));
    if (job) return { text: describe(job), title: job.request.title, command: 'protoTokens.showPanel' };
    return (
      activity && {
        text: `$(sync~spin) ${activityText(activity)}`,
        title: activity.request.title,
        command: 'protoTokens.jobs.focus',
      }
    );
  }
}

function describe(job: Job): string {
  const { score } = job;
  const figures = score ? vscode.l10n.t('{0} of {1} tokens', score.correct, score.tokens) : '';
  switch (job.status) {
    case 'running':
    case 'cancelling':
      return `$(sync~spin) ${progressText(job)}`;
    case 'queued':
      return `$(clock) ${vscode.l10n.t('waiting')}`;
    case 'finished':
      return `$(${score && score.correct < score.tokens ? 'warning' : 'check'}) ${figures}`;
    case 'failed':
      return `$(error) ${vscode.l10n.t('failed')}`;
    case 'cancelled':
      return `$(debug-pause) ${figures || vscode.l10n.t('cancelled')}`;
    case 'interrupted':
      return `$(debug-pause) ${figures || vscode.l10n.t('interrupted')}`;
  }
}
