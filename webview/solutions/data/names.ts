import type { PairKind } from '../../../src/runtime/results/distances.ts';
import type { SolutionFacts } from '../../../src/runtime/results/solutions.ts';
import type { SolutionsDocument } from '../../../src/views/solutions/protocol.ts';
import { t } from '../../strings.ts';

/** A kind of pair, for a person. */
export function kindName(kind: PairKind): string {
  switch (kind) {
    case 'same-text':
      return t('same text');
    case 'same-context':
      return t('same context');
    case 'different-context':
      return t('different contexts');
  }
}

export const textTitle = ({ texts }: SolutionsDocument, index: number): string =>
  texts[index]?.title ?? t('text {0}', index + 1);

/** "storm.txt, seed 3" */
export const solutionName = (file: SolutionsDocument, { text, seed }: SolutionFacts): string =>
  t('{0}, seed {1}', textTitle(file, text), seed);

/** What kind of pair two solutions are. */
export function kindOf({ texts }: SolutionsDocument, a: SolutionFacts, b: SolutionFacts): PairKind {
  if (a.text === b.text) return 'same-text';
  const context = texts[a.text]?.context;
  return context !== undefined && context === texts[b.text]?.context ? 'same-context' : 'different-context';
}
