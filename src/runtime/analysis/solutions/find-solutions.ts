import { breathe } from '../../breathe.ts';
import { UserError } from '../../errors.ts';
import type { SolutionSet } from '../../files/solutions-file.ts';
import type { Model } from '../../models/model.ts';
import type { SolutionsProgress, SolutionsSummary, SolvedText } from '../../results/solutions.ts';
import { type ArrangementName, layoutOf } from '../../training/arrangement.ts';
import { Evaluator } from '../../training/evaluator.ts';
import type { Sessions } from '../../training/sessions.ts';
import type { SolutionOptions } from './options.ts';
import { SolutionSearch } from './solution-search.ts';

/** The longest text of the paper; two vectors have never been seen to hold more. */
const mostTokens = 512;

export interface SolutionsRequest {
  readonly model: Model;
  readonly sessions: Sessions;
  readonly texts: readonly SolvedText[];
  readonly options: SolutionOptions;
  readonly cancelled: () => boolean;
  readonly onProgress: (progress: SolutionsProgress) => void;
}

/** The tokens of a text that is one segment. @throws UserError when it is empty, or too long to be one. */
export function tokensOf(model: Model, { title, text }: SolvedText, arrangement: ArrangementName): Int32Array {
  const ids = model.tokenizer.encode(text);
  if (!ids.length) throw new UserError(`${title} is empty; choose a text.`);
  const most = Math.min(mostTokens, model.config.maximumPositions);
  const needed = layoutOf(arrangement, ids.length).kinds.length;
  if (ids.length > mostTokens || needed > most)
    throw new UserError(
      `${title} has ${ids.length} tokens and one pair of vectors can be given at most ${most}; choose a shorter part of it.`,
    );
  return Int32Array.from(ids);
}

function checkDistinct(texts: readonly SolvedText[]): void {
  if (!texts.length) throw new UserError('There is no text to find solutions of; choose one.');
  const titles = new Map<string, string>();
  for (const { title, text } of texts) {
    const known = titles.get(text);
    if (known !== undefined) throw new UserError(`${known} and ${title} are the same text; give it once.`);
    titles.set(text, title);
  }
}

/** The model of a set, as it stands in its file. */
export const modelOfSet = ({ id, revision, fingerprint }: Model): SolutionSet['model'] => ({
  id,
  revision,
  fingerprint,
});

/**
 * Many solutions of one or several texts. Cancelled, it gives what has been earned: every solution that was evaluated.
 *
 * @throws UserError on a text that is empty, too long for one segment, or there twice.
 */
export async function findSolutions(
  request: SolutionsRequest,
): Promise<{ set: SolutionSet; summary: SolutionsSummary }> {
  const { model, sessions, texts, options } = request;
  checkDistinct(texts);
  const tokens = texts.map(text => tokensOf(model, text, options.arrangement));
  const { hiddenSize } = model.config;
  const search = new SolutionSearch(tokens, hiddenSize, options, new Evaluator(model, sessions));
  const start = performance.now();
  const elapsed = (): number => (performance.now() - start) / 1000;
  let evaluations = 0;
  let cancelled = request.cancelled();
  for await (const progress of cancelled ? [] : search.run()) {
    evaluations = progress.evaluations;
    request.onProgress({ ...progress, seconds: elapsed() });
    await breathe();
    cancelled = request.cancelled();
    if (cancelled) break;
  }
  const solutions = search.result();
  const { arrangement, recipe } = options;
  return {
    set: { model: modelOfSet(model), arrangement, recipe, hiddenSize, texts: [...texts], solutions, curves: [] },
    summary: {
      texts: texts.length,
      solutions: solutions.length,
      perfect: solutions.filter(solution => solution.correct === solution.tokens).length,
      evaluations,
      seconds: elapsed(),
      cancelled,
    },
  };
}
