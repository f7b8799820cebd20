import { countsIn, type Translate } from './counts.ts';

/** What a compression has come to. */
export interface Achieved {
  readonly tokens: number;
  /** Of them, those that come out right by themselves. */
  readonly correct: number;
  readonly vectors: number;
  /** In each vector. */
  readonly numbers: number;
}

/** "These 28 tokens now live in 2 vectors of 768 numbers." One sentence, for the panel and for messages. */
export function achievement({ tokens, correct, vectors, numbers }: Achieved, t: Translate): string {
  const counts = countsIn(t);
  const width = numbers.toLocaleString();
  if (correct < tokens)
    return t(
      '{0} of {1} numbers now hold {2} of these {3}; the file stores the rest as corrections.',
      counts.vectors(vectors),
      width,
      correct.toLocaleString(),
      counts.tokens(tokens),
    );
  return tokens === 1
    ? t('This token now lives in {0} of {1} numbers.', counts.vectors(vectors), width)
    : t('These {0} now live in {1} of {2} numbers.', counts.tokens(tokens), counts.vectors(vectors), width);
}

/** Vectors of a result: an e and an m for each segment, unless one m serves all of them. */
export function vectorsIn(segments: number, sharedM: boolean): number {
  return sharedM ? segments + 1 : 2 * segments;
}
