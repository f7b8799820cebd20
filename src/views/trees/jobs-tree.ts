import * as vscode from 'vscode';
import type { Job } from '../jobs/job.ts';
import type { JobQueue } from '../jobs/job-queue.ts';
import { progressText } from '../jobs/progress.ts';
import type { JobStatus } from '../protocol.ts';

const icons: Readonly<Record<JobStatus, string>> = {
  queued: 'clock',
  running: 'sync~spin',
  finished: 'check',
  cancelled: 'debug-pause',
  interrupted: 'debug-pause',
  failed: 'error',
};

/** Running and finished jobs, the newest first. */
export class JobsTree implements vscode.TreeDataProvider<Job>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<Job | undefined>();
  readonly onDidChangeTreeData = this.changed.event;
  private readonly subscriptions: vscode.Disposable[];

  constructor(private readonly queue: JobQueue) {
    this.subscriptions = [
      vscode.window.registerTreeDataProvider('protoTokens.jobs', this),
      queue.onDidChange(() => this.changed.fire(undefined)),
      queue.onDidAdd(job =>
        job.onDidChange(change => {
          if (change === 'moment') this.changed.fire(job);
        }),
      ),
    ];
  }

  getChildren(parent?: Job): Job[] {
    return parent ? [] : [...this.queue.jobs].reverse();
  }

  getTreeItem(job: Job): vscode.TreeItem {
    const item = new vscode.TreeItem(job.request.title);
    item.id = job.id;
    item.description = descriptionOf(job);
    item.tooltip = job.problem ?? job.request.text.slice(0, 300);
    item.iconPath = new vscode.ThemeIcon(icons[job.status]);
    item.contextValue = `job.${job.status}${job.file ? '.result' : ''}`;
    item.command = { title: vscode.l10n.t('Panel'), command: 'protoTokens.showPanel', arguments: [job.id] };
    item.accessibilityInformation = { label: `${job.request.title}, ${job.status}, ${descriptionOf(job)}` };
    return item;
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
    this.changed.dispose();
  }
}

function descriptionOf(job: Job): string {
  if (job.status === 'running') return progressText(job);
  const { score } = job;
  return score ? vscode.l10n.t('{0} of {1} tokens', score.correct, score.tokens) : job.status;
}
