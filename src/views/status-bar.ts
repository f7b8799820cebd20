import * as vscode from 'vscode';
import type { Job } from './jobs/job.ts';
import type { JobQueue } from './jobs/job-queue.ts';
import { progressText } from './jobs/progress.ts';

/** The running job in the status bar, or the last one that ended; choosing it shows the panel. */
export class StatusBar implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem('protoTokens', vscode.StatusBarAlignment.Left, 50);
  private readonly subscriptions: vscode.Disposable[];

  constructor(private readonly queue: JobQueue) {
    this.item.name = 'Proto-Tokens';
    this.item.command = 'protoTokens.showPanel';
    this.subscriptions = [
      queue.onDidAdd(job => job.onDidChange(() => this.update())),
      queue.onDidChange(() => this.update()),
    ];
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
    this.item.dispose();
  }

  private update(): void {
    const job = this.queue.running ?? this.queue.jobs.at(-1);
    if (!job) {
      this.item.hide();
      return;
    }
    const text = describe(job);
    this.item.text = text;
    this.item.tooltip = `Proto-Tokens: ${job.request.title}`;
    this.item.accessibilityInformation = { label: `Proto-Tokens: ${text.replace(/\$\([^)]*\)\s*/g, '')}` };
    this.item.show();
  }
}

function describe(job: Job): string {
  if (job.status === 'running') return `$(sync~spin) ${progressText(job)}`;
  const { score } = job;
  const figures = score ? vscode.l10n.t('{0} of {1} tokens', score.correct, score.tokens) : '';
  switch (job.status) {
    case 'queued':
      return `$(clock) ${vscode.l10n.t('waiting')}`;
    case 'finished':
      return `$(${score && score.correct < score.tokens ? 'warning' : 'check'}) ${figures}`;
    case 'failed':
      return `$(error) ${vscode.l10n.t('failed')}`;
    default:
      return `$(debug-pause) ${figures || vscode.l10n.t('interrupted')}`;
  }
}
