import * as vscode from 'vscode';
import type { Job } from '../jobs/job.ts';
import { progressText } from '../jobs/progress.ts';
import { counts } from '../localized-counts.ts';
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
  return [
    {
      title: vscode.l10n.t('{0} of {1}', position, count),
      tooltip: vscode.l10n.t('Job {0} of {1} for this text', position, count),
      command: 'protoTokens.showPanel',
    },
  ];
}

/** The first says how the text stands and shows the panel; few and short ones follow, for narrow editors. */
function actionsOf({ job, source }: MarkedText): vscode.Command[] {
  const standing = (title: string, tooltip: string): vscode.Command => ({
    title,
    tooltip,
    command: 'protoTokens.showPanel',
  });
  if (source.isStale)
    return [
      standing(
        `$(history) ${vscode.l10n.t('edited')}`,
        vscode.l10n.t('Edited since it was compressed; show the panel'),
      ),
      { title: vscode.l10n.t('Compress Again'), command: 'protoTokens.compressAgain' },
      // What it trains is not in the text any more.
      ...(job.status === 'queued' || job.status === 'running' ? [cancel()] : []),
    ];
  switch (job.status) {
    case 'queued':
      return [
        standing(`$(clock) ${vscode.l10n.t('waiting')}`, vscode.l10n.t('Waiting for its turn; show the panel')),
        cancel(),
      ];
    case 'running':
      return [standing(`$(sync~spin) ${progress(job)}`, progressText(job)), cancel()];
    case 'cancelling':
      return [standing(`$(sync~spin) ${progress(job)}`, progressText(job))];
    case 'failed':
      return [standing(`$(error) ${vscode.l10n.t('failed')}`, job.problem ?? ''), resume(vscode.l10n.t('Retry'))];
    default:
      return [standing(summaryOf(job), vscode.l10n.t('Show the panel')), ...followUps(job), ...save(job)];
  }
}

/** What it waits for is too long for a line over a text; the hover has it. */
function progress(job: Job): string {
  return job.waitsFor === undefined || job.status === 'cancelling'
    ? progressText(job)
    : vscode.l10n.t('waiting for memory');
}

const cancel = (): vscode.Command => ({ title: vscode.l10n.t('Cancel'), command: 'protoTokens.cancel' });
const resume = (title: string): vscode.Command => ({ title, command: 'protoTokens.resume' });

function followUps(job: Job): vscode.Command[] {
  if (job.status === 'cancelled' || job.status === 'interrupted') return [resume(vscode.l10n.t('Resume'))];
  const { score } = job;
  const perfect = score && score.correct === score.tokens;
  return perfect ? [] : [{ title: vscode.l10n.t('Train Longer'), command: 'protoTokens.trainLonger' }];
}

function save(job: Job): vscode.Command[] {
  if (!job.file) return [];
  if (!job.saved) return [{ title: vscode.l10n.t('Save'), command: 'protoTokens.save' }];
  const tooltip = vscode.l10n.t('Saved as {0}; open it', job.saved.name);
  return [{ title: vscode.l10n.t('Saved'), tooltip, command: 'protoTokens.openSaved' }];
}

/** "62 of 64 tokens" */
function summaryOf(job: Job): string {
  const { score } = job;
  if (!score)
    return `$(debug-pause) ${job.status === 'cancelled' ? vscode.l10n.t('cancelled') : vscode.l10n.t('interrupted')}`;
  const { correct, tokens } = score;
  return `$(${correct === tokens ? 'check' : 'warning'}) ${counts.part(correct, counts.tokens(tokens))}`;
}
