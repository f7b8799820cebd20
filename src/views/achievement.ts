/** Puts values into a visible text: `vscode.l10n.t`, or the pages' own. */
export type Translate = (message: string, ...values: string[]) => string;

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
  const shown = (value: number): string => value.toLocaleString();
  if (correct < tokens)
    return t(
      '{0} vectors of {1} numbers now hold {2} of these {3} tokens; the file stores the rest as corrections.',
      shown(vectors),
      shown(numbers),
      shown(correct),
      shown(tokens),
    );
  return tokens === 1
    ? t('This token now lives in {0} vectors of {1} numbers.', shown(vectors), shown(numbers))
    : t('These {0} tokens now live in {1} vectors of {2} numbers.', shown(tokens), shown(vectors), shown(numbers));
}

/** Vectors of a result: an e and an m for each segment, unless one m serves all of them. */
export function vectorsIn(segments: number, sharedM: boolean): number {
  return sharedM ? segments + 1 : 2 * segments;
}
