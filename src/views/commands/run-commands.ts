import * as vscode from 'vscode';
import { type Activities, Activity } from '../jobs/activities.ts';
import { Job } from '../jobs/job.ts';
import type { JobQueue } from '../jobs/job-queue.ts';
import { idOf } from '../jobs/named-job.ts';
import { chosenName } from '../jobs/names.ts';
import type { Removing } from '../jobs/removing.ts';
import type { JobEntry, JobsTree } from '../trees/jobs-tree.ts';
import type { JobActions } from './job-actions.ts';
import type { Command } from './register.ts';

export interface RunServices {
  readonly queue: JobQueue;
  readonly activities: Activities;
  readonly actions: JobActions;
  readonly jobsTree: JobsTree;
  readonly removing: Removing;
  /** Goes on with a search or with curves. */
  readonly goOn: (activity: Activity) => Promise<void>;
  readonly compareRuns: (jobs: readonly Job[]) => void;
}

/**
 * Commands about entries of the list of jobs.
 *
 * @param jobOf the compression that is meant where none is named
 */
export function runCommands(services: RunServices, jobOf: (given: unknown) => Job): Record<string, Command> {
  const { actions, activities, compareRuns, goOn, jobsTree, queue, removing } = services;
  /** What a menu was opened on, all that is selected with it; else what is selected where a key was pressed. */
  const entriesOf = (given: unknown, selected: unknown): readonly JobEntry[] => {
    if (Array.isArray(selected) && selected.length) return selected.filter(isEntry);
    const named = activities.all.find(({ id }) => id === idOf(given));
    if (named) return [named];
    return given === undefined && jobsTree.selected.length ? jobsTree.selected : [jobOf(given)];
  };
  return {
    resume: async given => {
      const activity = activities.all.find(({ id }) => id === idOf(given));
      await (activity ? goOn(activity) : actions.act(jobOf(given), 'resume'));
    },
    renameJob: async given => {
      const [job] = entriesOf(given, undefined).filter(entry => entry instanceof Job);
      if (job) await rename(job);
    },
    removeJob: (given, selected) => removing.remove(entriesOf(given, selected)),
    clearFinished: () => removing.clearFinished(),
    filterJobs: () => jobsTree.chooseFilter(),
    changeFilter: () => jobsTree.chooseFilter(),
    showAllJobs: () => jobsTree.showAll(),
    compareRuns: (given, selected) => {
      const chosen = Array.isArray(selected) && selected.length ? selected.filter(isEntry) : jobsTree.selected;
      const named = queue.find(idOf(given) ?? '');
      const jobs = chosen.filter(entry => entry instanceof Job);
      compareRuns(jobs.length > 1 ? jobs : named ? [named] : []);
    },
  };
}

const isEntry = (entry: unknown): entry is JobEntry => entry instanceof Job || entry instanceof Activity;

async function rename(job: Job): Promise<void> {
  const name = await vscode.window.showInputBox({
    title: vscode.l10n.t('Rename Job'),
    prompt: vscode.l10n.t('Left empty, the job is called by the first words of its text.'),
    value: job.name,
  });
  if (name !== undefined) job.rename(name === job.name && !job.isNamed ? null : chosenName(name));
}
