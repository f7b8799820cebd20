import * as vscode from 'vscode';
import { UserError } from '../runtime/errors.ts';

/** A way on from a state that stops nobody: the words of a button, and what it does. */
export interface WayOn {
  readonly label: string;
  run(): unknown;
}

/**
 * Why nothing was done, where nothing is wrong: nothing is selected, a file is empty. It is thrown like an error, but is
 * shown as information, with a button for each way on; the log does not have it.
 */
export class Notice extends Error {
  override readonly name = 'Notice';

  /** @param message what the state is and what can be done, one or two sentences */
  constructor(
    message: string,
    readonly waysOn: readonly WayOn[] = [],
  ) {
    super(message);
  }
}

/** Shows information with its ways on, and takes the one that is chosen; what it throws is thrown. */
export async function offer({ message, waysOn }: Notice): Promise<void> {
  const chosen = await vscode.window.showInformationMessage(message, ...waysOn.map(({ label }) => label));
  await waysOn.find(({ label }) => label === chosen)?.run();
}

/** What is wrong and can be put right by a button: shown as an error, with the ways on beside the log. */
export class Remedied extends UserError {
  constructor(
    message: string,
    readonly waysOn: readonly WayOn[],
  ) {
    super(message);
  }
}
