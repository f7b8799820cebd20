import * as vscode from 'vscode';
import { type Activities, Activity } from '../jobs/activities.ts';
import { Job } from '../jobs/job.ts';
import type { JobQueue } from '../jobs/job-queue.ts';
import { standingOf } from '../jobs/standing.ts';
import { activityItem, jobItem, standingText } from './job-items.ts';
import { type FilterGroup, filterGroups, JobsFilter, kindGroups } from './jobs-filter.ts';

export type JobEntry = Job | Activity;

/** Set while the list leaves something out, for the menus; and while it leaves everything out, for the text in its place. */
const keys = { filtered: 'protoTokens.jobsFiltered', hidden: 'protoTokens.jobsHidden' } as const;

/**
 * Everything that runs, has ended or waits: other work first, then the compressions, the newest first. Names are found by
 * VS Code's own search in lists (F3); the filter is of states and kinds, which that does not know.
 */
export class JobsTree implements vscode.TreeDataProvider<JobEntry>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<JobEntry | undefined>();
  readonly onDidChangeTreeData = this.changed.event;
  private readonly filter = new JobsFilter();
  private readonly view: vscode.TreeView<JobEntry>;
  private readonly subscriptions: vscode.Disposable[];
  private listed: readonly JobEntry[] = [];

  constructor(
    private readonly queue: JobQueue,
    private readonly activities: Activities,
  ) {
    this.view = vscode.window.createTreeView('protoTokens.jobs', { treeDataProvider: this, canSelectMany: true });
    this.subscriptions = [
      this.view,
      queue.onDidChange(() => this.refresh()),
      queue.onDidAdd(job =>
        job.onDidChange(change => {
          if (change === 'moment' && this.listed.includes(job)) this.changed.fire(job);
        }),
      ),
      activities.onDidChange(activity => {
        // One that has ended, or stands otherwise now, may have to leave the list.
        const stays = this.listed.includes(activity) && activities.all.includes(activity) && this.shows(activity);
        if (stays) this.changed.fire(activity);
        else this.refresh();
      }),
    ];
  }

  /** What is selected in the view. */
  get selected(): readonly JobEntry[] {
    return this.view.selection;
  }

  /** Asks which states and kinds the list shows. */
  async chooseFilter(): Promise<void> {
    const kinds = Object.keys(kindGroups);
    const item = (group: FilterGroup) => ({ label: groupText(group), group, picked: this.filter.shows(group) });
    const separator = (label: string) => ({ label, kind: vscode.QuickPickItemKind.Separator, group: undefined });
    const chosen = await vscode.window.showQuickPick(
      [
        separator(vscode.l10n.t('State')),
        ...filterGroups.filter(group => !kinds.includes(group)).map(item),
        separator(vscode.l10n.t('Kind')),
        ...filterGroups.filter(group => kinds.includes(group)).map(item),
      ],
      { canPickMany: true, title: vscode.l10n.t('Jobs to show') },
    );
    if (chosen) this.show(chosen.flatMap(({ group }) => group ?? []));
  }

  showAll(): void {
    this.show(filterGroups);
  }

  getChildren(parent?: JobEntry): JobEntry[] {
    if (parent) return [];
    const all = [...this.activities.all.toReversed(), ...this.queue.jobs.toReversed()];
    const shown = all.filter(entry => this.shows(entry));
    this.listed = shown;
    void vscode.commands.executeCommand('setContext', keys.hidden, all.length > 0 && !shown.length);
    this.view.description = this.filter.isOn ? vscode.l10n.t('{0} of {1} shown', shown.length, all.length) : '';
    return shown;
  }

  getTreeItem(entry: JobEntry): vscode.TreeItem {
    return entry instanceof Activity ? activityItem(entry) : jobItem(entry, this.queue.before(entry));
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
    this.changed.dispose();
  }

  private show(groups: readonly FilterGroup[]): void {
    this.filter.choose(groups);
    void vscode.commands.executeCommand('setContext', keys.filtered, this.filter.isOn);
    this.refresh();
  }

  private shows(entry: JobEntry): boolean {
    const kind = entry instanceof Job ? 'compression' : entry.request.kind;
    return this.filter.matches({ standing: standingOf(entry), kind });
  }

  private refresh(): void {
    this.changed.fire(undefined);
  }
}

function groupText(group: FilterGroup): string {
  const words: Record<FilterGroup, string> = {
    going: vscode.l10n.t('Running or queued'),
    perfect: capital(standingText('perfect')),
    imperfect: capital(standingText('imperfect')),
    stopped: vscode.l10n.t('Cancelled or interrupted'),
    failed: capital(standingText('failed')),
    compressions: vscode.l10n.t('Compressions'),
    searches: vscode.l10n.t('Searches for solutions'),
    curves: vscode.l10n.t('Curves between solutions'),
    experiments: vscode.l10n.t('Experiments'),
    other: vscode.l10n.t('Other work'),
  };
  return words[group];
}

const capital = (word: string): string => word.charAt(0).toLocaleUpperCase() + word.slice(1);
