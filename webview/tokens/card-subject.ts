import type { PanelStore } from '../data/store.ts';
import { isRight, tokenCode } from '../data/token-state.ts';
import { percent, quoted } from '../format.ts';
import { t } from '../strings.ts';
import type { CardSubject } from './token-card.ts';

/** What a card says of a token at the moment that is looked at; `brief` leaves the model's detail out. */
export function subjectOf(store: PanelStore, index: number, brief: boolean): CardSubject | null {
  const { tokens, shown, live } = store;
  const token = tokens[index];
  if (!token) return null;
  const predicted = shown?.predicted[index] ?? -1;
  return {
    index,
    total: tokens.length,
    target: token.text,
    predicted: predicted < 0 ? null : store.texts.get(predicted),
    right: isRight(tokenCode(token, shown, index)),
    probability: shown?.probability[index] ?? Number.NaN,
    note: noteOf(predicted, live, brief, shown?.evaluations ?? 0),
  };
}

function noteOf(predicted: number, live: boolean, brief: boolean, evaluations: number): string | null {
  if (predicted < 0) return t('The first vectors have not been tried yet.');
  if (!live)
    return t(
      'As it was at evaluation {0}. Rank and the five likeliest are known for the latest vectors only.',
      evaluations,
    );
  return brief ? '' : null;
}

/** One sentence of the same for assistive technology, where a chip has the focus. */
export function spoken({ index, total, target, predicted, right, probability }: CardSubject): string {
  const place = t('{0}, token {1} of {2}', quoted(target), index + 1, total);
  if (predicted === null) return t('{0}, not known yet', place);
  if (right) return t('{0}, right, {1}', place, percent(probability));
  return predicted === undefined ? t('{0}, wrong', place) : t('{0}, wrong, predicted {1}', place, quoted(predicted));
}
