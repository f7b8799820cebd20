import * as vscode from 'vscode';
import type { ArrangementName } from '../../runtime/training/arrangement.ts';
import { protoEnding, saveToWorkspace } from '../files/saving.ts';
import type { Job } from '../jobs/job.ts';
import type { JobQueue } from '../jobs/job-queue.ts';
import { Notice } from '../notice.ts';
import type { PanelAction } from '../requests.ts';
import type { Settings } from '../settings.ts';
import type { Walkthrough } from '../walkthrough.ts';
import type { Compressing } from './compressing.ts';
import type { ResultActions } from './result-actions.ts';

const leastFurtherEvaluations = 500;

export interface JobActionServices {
  readonly queue: JobQueue;
  readonly compressing: Compressing;
  readonly results: ResultActions;
  readonly settings: Settings;
  readonly walkthrough: Walkthrough;
  readonly show: (job: Job) => void;
  readonly chooseArrangement: (job: Job) => void;
}

/** What can be done with a job: the buttons of its panel, its CodeLens and its entry in the list. */
export class JobActions {
  private readonly actions: Partial<Readonly<Record<PanelAction, (job: Job) => Thenable<void> | void>>> = {
    cancel: job => job.cancel(),
    resume: job => this.resume(job),
    retry: job => this.resume(job),
    save: job => this.save(job),
    trainLonger: job => this.trainLonger(job),
    tryArrangement: job => this.services.chooseArrangement(job),
    changeBudget: () => vscode.commands.executeCommand('workbench.action.openSettings', 'protoTokens.budget'),
    trySeed: job => this.services.show(this.services.compressing.again(job, { seed: job.request.choices.seed + 1 })),
    // The file was decoded, and gave this very text, before it left the engine.
    copyText: job => vscode.env.clipboard.writeText(job.request.text),
    decode: job => this.use(() => this.services.results.decode(job)),
    breakIt: job => this.use(() => this.services.results.breakIt(job)),
    lookInside: job => this.use(() => this.services.results.lookInside(job)),
  };

  constructor(private readonly services: JobActionServices) {}

  async act(job: Job, action: PanelAction): Promise<void> {
    const work = this.actions[action];
    if (!work) throw new Error(`the panel has no button for ${action}`);
    await work(job);
  }

  tryArrangement(job: Job, arrangement: ArrangementName): void {
    this.services.show(this.services.compressing.again(job, { arrangement }));
  }

  private async use(work: () => Promise<void>): Promise<void> {
    await work();
    this.services.walkthrough.reach('usedResult');
  }

  private async save(job: Job): Promise<void> {
    if (!job.file) throw new Notice(vscode.l10n.t('There is no result to save yet.'));
    const { title } = job.request;
    const source = job.source?.uri;
    const place = await saveToWorkspace(
      { bytes: job.file, title, ending: protoEnding, source },
      this.services.settings.saveFolder,
    );
    if (!place) return;
    job.markSaved({ uri: place.toString(), name: vscode.workspace.asRelativePath(place) });
    this.services.walkthrough.reach('usedResult');
    const open = vscode.l10n.t('Open');
    const message = vscode.l10n.t('Saved as {0}.', vscode.workspace.asRelativePath(place));
    void vscode.window.showInformationMessage(message, open).then(chosen => {
      if (chosen === open) void vscode.commands.executeCommand('vscode.openWith', place, 'protoTokens.file');
    });
  }

  private resume(job: Job): void {
    if (job.status === 'finished')
      throw new Notice(vscode.l10n.t('This job is finished; use Train Longer where tokens are still wrong.'));
    this.services.queue.resume(job);
  }

  /** A cancelled job goes on where it was; one that has used up its budget gets more for what is still wrong. */
  private trainLonger(job: Job): void {
    const { budget } = job.request.choices;
    const { score } = job;
    if (job.isOver && score && score.correct === score.tokens)
      throw new Notice(vscode.l10n.t('Every token comes out right already; there is nothing left to train.'));
    if (job.status !== 'finished') {
      this.services.queue.resume(job);
    } else if (job.file) {
      const more = budget === undefined ? {} : { budget: Math.max(leastFurtherEvaluations, 2 * budget) };
      this.services.show(this.services.compressing.again(job, more, job.file));
    } else {
      throw new Notice(vscode.l10n.t('There is no result to train longer.'));
    }
  }
}
