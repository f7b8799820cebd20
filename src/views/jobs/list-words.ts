import * as vscode from 'vscode';
import { counts } from '../localized-counts.ts';
import type { ListWords } from './listed-engine.ts';
import { waitingText } from './progress.ts';

/** What the list of jobs says of work on files of solutions. */
export const listWords: ListWords = {
  title: (kind, file) => {
    switch (kind) {
      case 'connect':
        return vscode.l10n.t('Connecting solutions of {0}', file);
      case 'distances':
        return vscode.l10n.t('Comparing solutions of {0}', file);
      case 'surface':
        return vscode.l10n.t('Loss surface of {0}', file);
      case 'probe':
        return vscode.l10n.t('Probing a solution of {0}', file);
      default:
        return file;
    }
  },
  curves: (settled, of) => counts.part(settled, counts.curves(of)),
  waiting: others => (others === undefined ? vscode.l10n.t('starting ...') : waitingText(others)),
};
