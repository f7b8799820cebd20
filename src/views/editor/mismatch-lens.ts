import * as vscode from 'vscode';
import type { Job } from '../jobs/job.ts';
import { progressText } from '../jobs/progress.ts';
import type { MarkedText, MarkedTexts } from './marked-texts.ts';
import { rangeOf } from './ranges.ts';

/** VS Code waits for a pause before it asks again, so that a line which changes all the time would never be drawn. */
const millisecondsBetweenUpdates = 1000;

/** A line over every compressed text: how it came out, and what can be done with it. */
export class MismatchLens implements vscode.CodeLensProvider, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChangeCodeLenses = this.changed.event;
  private readonly subscriptions: vscode.Disposable[];
  private waiting: NodeJS.Timeout | undefined;

  constructor(private readonly texts: MarkedTexts) {
    this.subscriptions = [
      texts.onDidChange(() => this.changed.fire()),
      texts.onDidProgress(() => this.updateSoon()),
      vscode.languages.registerCodeLensProvider({ scheme: '*' }, this),
    ];
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    return this.texts.in(document).flatMap(text => {
      const line = rangeOf(text.source, document, 0, 0);
      return [...actionsOf(text), ...whichOf(text)].map(
        action => new vscode.CodeLens(line, { arguments: [text.job.id], ...action }),
      );
    });
  }

  private updateSoon(): void {
    this.waiting ??= setTimeout(() => {
      this.waiting = undefined;
      this.changed.fire();
    }, millisecondsBetweenUpdates);
  }

  dispose(): void {
    clearTimeout(this.waiting);
    for (const subscription of this.subscriptions) subscription.dispose();
    this.changed.dispose();
  }
}

/** Which of several jobs of a text this is: the panel and the editor show the same. */
function whichOf({ position, count }: MarkedText): vscode.Command[] {
  if (count < 2) return [];
  return [{ title: vscode.l10n.t('job {0} of {1} for this text', position, count), command: 'protoTokens.showPanel' }];
}

function actionsOf({ job, source }: MarkedText): vscode.Command[] {
  const panel = { title: vscode.l10n.t('Panel'), command: 'protoTokens.showPanel' };
  if (source.isStale)
    return [
      { title: `$(history) ${vscode.l10n.t('edited since it was compressed')}`, command: 'protoTokens.showPanel' },
      { title: vscode.l10n.t('Compress Again'), command: 'protoTokens.compressAgain' },
    ];
  switch (job.status) {
    case 'queued':
      return [{ title: `$(clock) ${vscode.l10n.t('waiting for its turn')}`, command: panel.command }, cancel()];
    case 'running':
      return [{ title: `$(sync~spin) ${progressText(job)}`, command: panel.command }, cancel(), panel];
    case 'cancelling':
      return [{ title: `$(sync~spin) ${progressText(job)}`, command: panel.command }, panel];
    case 'failed':
      return [{ title: `$(error) ${job.problem ?? ''}`, command: panel.command }, resume(vscode.l10n.t('Retry'))];
    default:
      return [{ title: summaryOf(job), command: panel.command }, ...followUps(job), panel, ...save(job)];
  }
}

const cancel = (): vscode.Command => ({ title: vscode.l10n.t('Cancel'), command: 'protoTokens.cancel' });
const resume = (title: string): vscode.Command => ({ title, command: 'protoTokens.resume' });

function followUps(job: Job): vscode.Command[] {
  if (job.status === 'cancelled' || job.status === 'interrupted') return [resume(vscode.l10n.t('Resume'))];
  const { score } = job;
  const perfect = score && score.correct === score.tokens;
  return perfect ? [] : [{ title: vscode.l10n.t('Train longer'), command: 'protoTokens.trainLonger' }];
}

function save(job: Job): vscode.Command[] {
  if (!job.file) return [];
  if (job.saved) return [{ title: vscode.l10n.t('Saved as {0}', job.saved.name), command: 'protoTokens.openSaved' }];
  return [{ title: vscode.l10n.t('Save'), command: 'protoTokens.save' }];
}

/** "62 of 64 tokens, 2 wrong" */
function summaryOf(job: Job): string {
  const { score } = job;
  if (!score)
    return `$(debug-pause) ${job.status === 'cancelled' ? vscode.l10n.t('cancelled') : vscode.l10n.t('interrupted')}`;
  const { correct, tokens } = score;
  return correct === tokens
    ? `$(check) ${vscode.l10n.t('{0} of {1} tokens', correct, tokens)}`
    : `$(warning) ${vscode.l10n.t('{0} of {1} tokens, {2} wrong', correct, tokens, tokens - correct)}`;
}
