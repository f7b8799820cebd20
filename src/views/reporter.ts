import * as vscode from 'vscode';
import { EngineCrash } from '../runtime/engine/crash.ts';
import { Cancelled, messageOf, UserError } from '../runtime/errors.ts';
import { Notice, offer, Remedied } from './notice.ts';

/** Tells people what went wrong, once, and keeps it in the log, where it can be read later. */
export class Reporter implements vscode.Disposable {
  readonly log = vscode.window.createOutputChannel('Proto-Tokens', { log: true });

  /** One sentence for a person to read now. The log has it too, with the stack when it is a fault of ours. */
  sentenceOf(error: unknown): string {
    const sentence = describe(error);
    if (isExpected(error)) this.log.error(sentence);
    else this.log.error(error instanceof Error ? error : sentence);
    return sentence;
  }

  /** What hinders nobody goes to the log alone. */
  note(error: unknown): void {
    this.log.warn(isExpected(error) || !(error instanceof Error) ? describe(error) : (error.stack ?? error.message));
  }

  async show(error: unknown): Promise<void> {
    // Whoever cancelled it knows.
    if (error instanceof Cancelled) return;
    if (error instanceof Notice) {
      await offer(error);
      return;
    }
    const sentence = this.sentenceOf(error);
    const showLog = vscode.l10n.t('Show Log');
    const waysOn = error instanceof Remedied ? error.waysOn : [];
    const labels = waysOn.map(({ label }) => label);
    const chosen = await vscode.window.showErrorMessage(sentence, ...labels, showLog);
    if (chosen === showLog) this.log.show();
    else await waysOn.find(({ label }) => label === chosen)?.run();
  }

  /** Work after which a notice is shown, and everything else that it throws is thrown. */
  async noticed(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof Notice)) throw error;
      void this.show(error);
    }
  }

  /** Wraps work that a person started: whatever it throws is shown. */
  guarded<Arguments extends unknown[]>(
    work: (...given: Arguments) => Promise<unknown> | unknown,
  ): (...given: Arguments) => Promise<void> {
    return async (...given) => {
      try {
        await work(...given);
      } catch (error) {
        // Not awaited: whoever asked for the work need not wait until the message is read.
        void this.show(error).catch(later => this.show(later));
      }
    };
  }

  dispose(): void {
    this.log.dispose();
  }
}

/** Whether the message of an error is a sentence for a person already. */
function isExpected(error: unknown): boolean {
  return error instanceof UserError || error instanceof EngineCrash;
}

function describe(error: unknown): string {
  return isExpected(error)
    ? messageOf(error)
    : vscode.l10n.t('Proto-Tokens failed unexpectedly: {0}', messageOf(error));
}
