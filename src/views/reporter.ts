import * as vscode from 'vscode';
import { EngineCrash } from '../runtime/engine/client.ts';
import { Cancelled, messageOf, UserError } from '../runtime/errors.ts';

/** Tells people what went wrong, once: a sentence when they can mend it, else where the details are. */
export class Reporter implements vscode.Disposable {
  readonly log = vscode.window.createOutputChannel('Proto-Tokens', { log: true });

  /** One sentence for a person. What they cannot mend goes to the log with its stack. */
  sentenceOf(error: unknown): string {
    if (error instanceof UserError || error instanceof EngineCrash) return messageOf(error);
    this.log.error(error instanceof Error ? error : messageOf(error));
    return vscode.l10n.t('Proto-Tokens failed unexpectedly: {0}', messageOf(error));
  }

  async show(error: unknown): Promise<void> {
    // Whoever cancelled it knows.
    if (error instanceof Cancelled) return;
    const sentence = this.sentenceOf(error);
    const showLog = vscode.l10n.t('Show Log');
    if ((await vscode.window.showErrorMessage(sentence, showLog)) === showLog) this.log.show();
  }

  /** Wraps work that a person started: whatever it throws is shown. */
  guarded<Arguments extends unknown[]>(
    work: (...given: Arguments) => Promise<unknown> | unknown,
  ): (...given: Arguments) => Promise<void> {
    return async (...given) => {
      try {
        await work(...given);
      } catch (error) {
        await this.show(error);
      }
    };
  }

  dispose(): void {
    this.log.dispose();
  }
}
