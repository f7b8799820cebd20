import * as vscode from 'vscode';
import { countsIn } from './counts.ts';

/** Counts with their nouns, in the language of VS Code. */
export const counts = countsIn((message, ...values) => vscode.l10n.t(message, ...values));
