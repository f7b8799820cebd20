import * as vscode from 'vscode';
import type { ExplainedToken } from '../../runtime/results/tokens.ts';
import type { WrongToken } from '../jobs/job-record.ts';
import type { MarkedText } from './marked-texts.ts';
import { rangeOf } from './ranges.ts';
import { code } from './token-code.ts';

/** A token that the forward pass does not get right, and its place in the document. */
export interface Mismatch extends WrongToken {
  readonly range: vscode.Range;
}

/** Wrong tokens of a text, in their order. */
export function mismatchesOf({ job, source }: MarkedText, document: vscode.TextDocument): Mismatch[] {
  return job.wrong.map(({ token, index }) => ({
    token,
    index,
    range: rangeOf(source, document, token.start, token.end),
  }));
}

const percent = (nll: number): string => `${(100 * Math.exp(-nll)).toFixed(1)} %`;

/** Target, prediction, rank and the likeliest tokens, as a hover. */
export function explanation({ targetText, predictedText, nll, rank, top }: ExplainedToken): vscode.MarkdownString {
  const [first] = top;
  const lines = [
    vscode.l10n.t(
      'Expected {0} with probability {1}, rank {2}; predicted {3} with {4}.',
      code(targetText),
      percent(nll),
      rank,
      code(predictedText),
      first ? percent(first.nll) : '?',
    ),
    '',
    `| ${vscode.l10n.t('likeliest')} | ${vscode.l10n.t('probability')} |`,
    '| :--- | ---: |',
    ...top.map(({ text, nll: surprise }) => `| ${code(text)} | ${percent(surprise)} |`),
  ];
  return new vscode.MarkdownString(lines.join('\n'));
}
