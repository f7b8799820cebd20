import type { PanelStore } from '../data/store.ts';
import { isRight, tokenCode } from '../data/token-state.ts';
import { percent, quoted } from '../format.ts';
import { t } from '../strings.ts';
import type { Explorer } from './explorer.ts';
import { measures } from './measures/measures.ts';
import type { CardSubject } from './token-card.ts';

/** What a card says of a token at the moment that is looked at; `brief` leaves the model's detail out. */
export function subjectOf(store: PanelStore, explorer: Explorer, index: number, brief: boolean): CardSubject | null {
  const { tokens, shown, live } = store;
  const token = tokens[index];
  if (!token) return null;
  const predicted = shown?.predicted[index] ?? -1;
  const shared = explorer.content.characters.get(index);
  return {
    index,
    total: tokens.length,
    target: token.text,
    character: shared ? { text: shared.text, part: index - shared.first + 1, parts: shared.length } : null,
    predicted: predicted < 0 ? null : store.texts.get(predicted),
    right: isRight(tokenCode(token, shown, index)),
    probability: shown?.probability[index] ?? Number.NaN,
    measured: measuredOf(explorer, index),
    note: noteOf(predicted, live, brief, shown?.evaluations ?? 0),
  };
}

/** The values of the measures that are known, beside those that a card names anyway. */
function measuredOf({ knowledge }: Explorer, index: number): CardSubject['measured'] {
  const { known } = knowledge;
  return measures.flatMap(({ name, label, term, read, show }) => {
    const value = name === 'probability' || name === 'rank' ? Number.NaN : read(known, index);
    return Number.isNaN(value) ? [] : [{ label, term, value: show(value) }];
  });
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
export function spoken(subject: CardSubject): string {
  return [standing(subject), ...subject.measured.map(({ label, value }) => `${label}: ${value}`)].join(', ');
}

function standing({ index, total, target, character, predicted, right, probability }: CardSubject): string {
  const name = character ? t('{0}, part of {1}', target, quoted(character.text)) : quoted(target);
  const place = t('{0}, token {1} of {2}', name, index + 1, total);
  if (predicted === null) return t('{0}, not known yet', place);
  if (right) return t('{0}, right, {1}', place, percent(probability));
  return predicted === undefined ? t('{0}, wrong', place) : t('{0}, wrong, predicted {1}', place, quoted(predicted));
}
