import * as vscode from 'vscode';
import { counts } from '../localized-counts.ts';
import { type Activities, Activity } from './activities.ts';
import type { Job } from './job.ts';
import type { JobQueue } from './job-queue.ts';
import type { Removal } from './removal.ts';

/** Takes jobs of every kind out of the list; a message offers to put them back, and nothing is lost as long as it is there. */
export class Removing {
  constructor(
    private readonly queue: JobQueue,
    private readonly activities: Activities,
    private readonly guarded: (work: () => Promise<unknown>) => () => Promise<void>,
  ) {}

  /** Jobs that run are cancelled first. Returns when they are gone from the list, and waits for no answer. */
  async remove(entries: readonly (Job | Activity)[]): Promise<void> {
    const removals = await Promise.all(
      entries.map(entry => (entry instanceof Activity ? this.activities.remove(entry) : this.queue.remove(entry))),
    );
    const done = removals.filter(removal => removal !== undefined);
    if (done.length) void this.guarded(() => offerUndo(done))();
  }

  /** All compressions that are finished; what was cancelled, was interrupted or has failed can go on and stays. */
  async clearFinished(): Promise<void> {
    const finished = this.queue.jobs.filter(({ status }) => status === 'finished');
    if (finished.length) await this.remove(finished);
    else void vscode.window.showInformationMessage(vscode.l10n.t('No job in the list is finished.'));
  }
}

async function offerUndo(removals: readonly Removal[]): Promise<void> {
  const undo = vscode.l10n.t('Undo');
  const [first] = removals;
  const message =
    removals.length === 1
      ? vscode.l10n.t('Removed "{0}" from the list of jobs.', first?.name ?? '')
      : vscode.l10n.t('Removed {0} from the list of jobs.', counts.jobs(removals.length));
  const chosen = await vscode.window.showInformationMessage(message, undo);
  // The last one first: each goes back to the place that it had among those before it.
  for (const removal of removals.toReversed()) await (chosen === undo ? removal.undo() : removal.settle());
}
