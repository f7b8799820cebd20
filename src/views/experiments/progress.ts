import * as vscode from 'vscode';
import type { ExperimentProgress } from '../../runtime/results/experiments.ts';
import type { ActivityProgress } from '../jobs/activities.ts';
import { counts } from '../localized-counts.ts';

/** "12 of 40 cells, 8.3 per minute"; the time left is reckoned from the pace of this run. */
export function progressOf({ done, cells, cellsPerMinute, secondsLeft }: ExperimentProgress): ActivityProgress {
  const far = vscode.l10n.t('{0} of {1}', done.toLocaleString(vscode.env.language), counts.cells(cells));
  const rate = cellsPerMinute?.toLocaleString(vscode.env.language, { maximumSignificantDigits: 3 });
  return {
    message: rate === undefined ? far : vscode.l10n.t('{0}, {1} per minute', far, rate),
    share: cells ? done / cells : 0,
    secondsLeft,
  };
}
