import * as vscode from 'vscode';
import { UserError } from '../../runtime/errors.ts';
import type { ArrangementName } from '../../runtime/training/arrangement.ts';
import { protoEnding, saveToWorkspace } from '../files/saving.ts';
import type { Job } from '../jobs/job.ts';
import type { JobQueue } from '../jobs/job-queue.ts';
import type { PanelAction } from '../requests.ts';
import type { Settings } from '../settings.ts';
import type { Compressing } from './compressing.ts';

const leastFurtherSteps = 500;

/** What can be done with a job: the buttons of its panel, its CodeLens and its entry in the list. */
export class JobActions {
  private readonly actions: Partial<Readonly<Record<PanelAction, (job: Job) => Thenable<void> | void>>> = {
    cancel: job => job.cancel(),
    resume: job => this.resume(job),
    retry: job => this.resume(job),
    save: job => this.save(job),
    trainLonger: job => this.trainLonger(job),
    tryArrangement: job => this.chooseArrangement(job),
    changeBudget: () => vscode.commands.executeCommand('workbench.action.openSettings', 'protoTokens.steps'),
    trySeed: job => this.show(this.compressing.again(job, { seed: job.request.choices.seed + 1 })),
    // The file was decoded, and gave this very text, before it left the engine.
    copyText: job => vscode.env.clipboard.writeText(job.request.text),
  };

  constructor(
    private readonly queue: JobQueue,
    private readonly compressing: Compressing,
    private readonly settings: Settings,
    private readonly show: (job: Job) => void,
    private readonly chooseArrangement: (job: Job) => void,
  ) {}

  async act(job: Job, action: PanelAction): Promise<void> {
    const work = this.actions[action];
    if (!work) throw new UserError(vscode.l10n.t('Save the result first; this is done with the file.'));
    await work(job);
  }

  tryArrangement(job: Job, arrangement: ArrangementName): void {
    this.show(this.compressing.again(job, { arrangement }));
  }

  private async save(job: Job): Promise<void> {
    if (!job.file) throw new UserError(vscode.l10n.t('There is no result to save yet.'));
    const title = job.request.title.replace(/:\d+$/, '');
    const source = job.source?.uri;
    const place = await saveToWorkspace(
      { bytes: job.file, title, ending: protoEnding, source },
      this.settings.saveFolder,
    );
    if (!place) return;
    job.markSaved({ uri: place.toString(), name: vscode.workspace.asRelativePath(place) });
    const open = vscode.l10n.t('Open');
    const message = vscode.l10n.t('Saved as {0}.', vscode.workspace.asRelativePath(place));
    void vscode.window.showInformationMessage(message, open).then(chosen => {
      if (chosen === open) void vscode.commands.executeCommand('vscode.openWith', place, 'protoTokens.file');
    });
  }

  private resume(job: Job): void {
    if (job.status === 'finished')
      throw new UserError(vscode.l10n.t('This job is finished; use Train Longer where tokens are still wrong.'));
    this.queue.resume(job);
  }

  /** A cancelled job goes on where it was; one that has used up its steps gets more for what is still wrong. */
  private trainLonger(job: Job): void {
    const { steps } = job.request.choices;
    const { score } = job;
    if (job.isOver && score && score.correct === score.tokens)
      throw new UserError(
        vscode.l10n.t('All {0} tokens come out right already; there is nothing left to train.', score.tokens),
      );
    if (job.status !== 'finished') {
      this.queue.resume(job);
    } else if (job.file) {
      const more = steps === undefined ? {} : { steps: Math.max(leastFurtherSteps, 2 * steps) };
      this.show(this.compressing.again(job, more, job.file));
    } else {
      throw new UserError(vscode.l10n.t('There is no result to train longer.'));
    }
  }
}
