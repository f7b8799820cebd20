/** Puts values into a visible text: `vscode.l10n.t`, or the pages' own. */
export type Translate = (message: string, ...values: string[]) => string;

type Counted = (count: number) => string;

/** Counts with their nouns, which agree: "1 token", "2,345 tokens". */
export function countsIn(t: Translate) {
  const counted =
    (one: string, others: string): Counted =>
    count =>
      count === 1 ? t(one) : t(others, count.toLocaleString());
  return {
    tokens: counted('1 token', '{0} tokens'),
    evaluations: counted('1 evaluation', '{0} evaluations'),
    segments: counted('1 segment', '{0} segments'),
    vectors: counted('1 vector', '{0} vectors'),
    bytes: counted('1 byte', '{0} bytes'),
    texts: counted('1 text', '{0} texts'),
    solutions: counted('1 solution', '{0} solutions'),
    pairs: counted('1 pair', '{0} pairs'),
    curves: counted('1 curve', '{0} curves'),
    cells: counted('1 cell', '{0} cells'),
    jobs: counted('1 job', '{0} jobs'),
    runs: counted('1 run', '{0} runs'),
    selections: counted('1 selection', '{0} selections'),
    /** "1,234 of 2,345 tokens" @param all with its noun */
    part: (some: number, all: string): string => t('{0} of {1}', some.toLocaleString(), all),
  };
}
