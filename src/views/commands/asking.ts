import * as vscode from 'vscode';
import { tokenize } from '../../runtime/operations/models.ts';
import type { ModelRequest } from '../../runtime/operations/operation.ts';
import type { Engine } from '../engine.ts';
import { counts as countsOf } from '../localized-counts.ts';
import type { Choices } from '../protocol.ts';
import { type Earlier, isLong, mayBeLong, type Pace, paceOf } from './cost.ts';

/** What is to be compressed, and with what. */
export interface Intended {
  /** Of the first text. */
  readonly title: string;
  readonly texts: readonly string[];
  readonly model: ModelRequest;
  readonly choices: Choices;
}

/**
 * Asks before work that will take long, with its tokens and the time that they will take, as far as it is known from
 * earlier jobs.
 *
 * @returns whether to go on
 * @throws UserError when the model's tokenizer cannot be read.
 */
export async function askWhenLong(
  { title, texts, model, choices }: Intended,
  earlier: readonly Earlier[],
  engine: Engine,
): Promise<boolean> {
  const pace = paceOf(earlier, model, choices);
  const characters = texts.reduce((sum, text) => sum + text.length, 0);
  if (!mayBeLong(characters, pace)) return true;
  const counting = { location: vscode.ProgressLocation.Window, title: vscode.l10n.t('Counting tokens ...') };
  const counts = await vscode.window.withProgress(counting, () =>
    Promise.all(texts.map(text => engine.call(tokenize, { ...model, text }).then(({ length }) => length))),
  );
  const tokens = counts.reduce((sum, count) => sum + count, 0);
  if (!isLong(tokens, pace)) return true;
  const segments = counts.reduce((sum, count) => sum + Math.ceil(count / choices.segmentLength), 0);
  const compress = vscode.l10n.t('Compress');
  const question =
    texts.length === 1
      ? vscode.l10n.t('Compress {0} of {1}?', countsOf.tokens(tokens), title)
      : vscode.l10n.t('Compress {0} of {1}?', countsOf.tokens(tokens), countsOf.selections(texts.length));
  const detail = `${sizeOf(segments)} ${timeOf(tokens, pace)} ${vscode.l10n.t(
    'You can go on working meanwhile; cancelling keeps the progress so far.',
  )}`;
  return (await vscode.window.showInformationMessage(question, { modal: true, detail }, compress)) === compress;
}

function sizeOf(segments: number): string {
  return segments === 1
    ? vscode.l10n.t('They are one segment, which gets two vectors.')
    : vscode.l10n.t('They are at least {0}, each of which gets two vectors.', countsOf.segments(segments));
}

function timeOf(tokens: number, pace: Pace | undefined): string {
  if (!pace)
    return vscode.l10n.t(
      'How long that takes is not known yet: nothing has been compressed with this model, device and recipe before.',
    );
  const time = roughly(tokens * pace.secondsPerToken);
  const from =
    pace.measured === 1
      ? vscode.l10n.t('the pace of one earlier job')
      : vscode.l10n.t('the pace of {0} earlier jobs', pace.measured);
  return pace.shorter
    ? vscode.l10n.t(
        'That takes more than {0} at {1}, as a full segment takes longer for each token than a short text.',
        time,
        from,
      )
    : vscode.l10n.t('That takes about {0} at {1} with this model, device and recipe.', time, from);
}

/** No more exact than a guess is. */
function roughly(seconds: number): string {
  const minutes = Math.max(1, Math.round(seconds / 60));
  if (minutes === 1) return vscode.l10n.t('one minute');
  if (minutes < 90) return vscode.l10n.t('{0} minutes', minutes);
  const hours = Math.round(minutes / 60);
  return vscode.l10n.t('{0} hours', hours.toLocaleString());
}
