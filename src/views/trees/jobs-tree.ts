import * as vscode from 'vscode';
import { type Activities, Activity, type ActivityKind } from '../jobs/activities.ts';
import type { Job } from '../jobs/job.ts';
import type { JobQueue } from '../jobs/job-queue.ts';
import { activityText, progressText } from '../jobs/progress.ts';
import type { JobStatus } from '../protocol.ts';

const icons: Readonly<Record<JobStatus, string>> = {
  queued: 'clock',
  running: 'sync~spin',
  cancelling: 'loading~spin',
  finished: 'check',
  cancelled: 'debug-pause',
  interrupted: 'debug-pause',
  failed: 'error',
};
const activityIcons: Readonly<Record<ActivityKind, string>> = {
  solutions: 'type-hierarchy',
  connect: 'git-compare',
  surface: 'graph',
  probe: 'search',
  distances: 'table',
  model: 'chip',
};

type Entry = Job | Activity;

/** Everything that runs, has ended or waits: other work first, then the compressions, the newest first. */
export class JobsTree implements vscode.TreeDataProvider<Entry>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<Entry | undefined>();
  readonly onDidChangeTreeData = this.changed.event;
  private readonly subscriptions: vscode.Disposable[];
  private listed: readonly Activity[] = [];

  constructor(
    private readonly queue: JobQueue,
    private readonly activities: Activities,
  ) {
    this.subscriptions = [
      vscode.window.registerTreeDataProvider('protoTokens.jobs', this),
      queue.onDidChange(() => this.changed.fire(undefined)),
      queue.onDidAdd(job =>
        job.onDidChange(change => {
          if (change === 'moment') this.changed.fire(job);
        }),
      ),
      activities.onDidChange(activity => {
        const isListed = this.listed.includes(activity) && activities.all.includes(activity);
        this.changed.fire(isListed ? activity : undefined);
      }),
    ];
  }

  getChildren(parent?: Entry): Entry[] {
    if (parent) return [];
    this.listed = this.activities.all;
    return [...this.listed.toReversed(), ...this.queue.jobs.toReversed()];
  }

  getTreeItem(entry: Entry): vscode.TreeItem {
    return entry instanceof Activity ? activityItem(entry) : jobItem(entry);
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
    this.changed.dispose();
  }
}

function activityItem(activity: Activity): vscode.TreeItem {
  const { title, kind } = activity.request;
  const item = new vscode.TreeItem(title);
  item.id = activity.id;
  item.description = activityText(activity);
  item.iconPath = new vscode.ThemeIcon(activity.isCancelling ? 'loading~spin' : activityIcons[kind]);
  item.contextValue = activity.isCancelling ? 'activity.cancelling' : 'activity.running';
  item.accessibilityInformation = { label: `${title}, ${item.description}` };
  return item;
}

function jobItem(job: Job): vscode.TreeItem {
  const item = new vscode.TreeItem(job.request.title);
  item.id = job.id;
  item.description = descriptionOf(job);
  item.tooltip = job.problem ?? job.request.text.slice(0, 300);
  item.iconPath = new vscode.ThemeIcon(icons[job.status]);
  item.contextValue = contextOf(job);
  item.command = { title: vscode.l10n.t('Panel'), command: 'protoTokens.showPanel', arguments: [job.id] };
  item.accessibilityInformation = { label: `${job.request.title}, ${job.status}, ${item.description}` };
  return item;
}

/** "job.finished.result.wrong": what menus ask for. */
function contextOf({ status, file, score }: Job): string {
  const wrong = score && score.correct < score.tokens;
  return `job.${status}${file ? '.result' : ''}${wrong ? '.wrong' : ''}`;
}

function descriptionOf(job: Job): string {
  if (job.status === 'running' || job.status === 'cancelling') return progressText(job);
  const { score } = job;
  return score ? vscode.l10n.t('{0} of {1} tokens', score.correct, score.tokens) : job.status;
}
