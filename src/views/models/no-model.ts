import * as vscode from 'vscode';
import { Notice, type WayOn } from '../notice.ts';

/** What to say of a folder that holds no model, and that another one can be chosen. */
export function noModelIn(folder: string): Notice {
  const message = vscode.l10n.t('This folder holds no model: config.json is missing. ({0})', folder);
  return new Notice(message, [chooseAnother()]);
}

/** The button that opens the list of models again. */
export function chooseAnother(): WayOn {
  return {
    label: vscode.l10n.t('Choose Another ...'),
    run: () => vscode.commands.executeCommand('protoTokens.selectModel'),
  };
}
