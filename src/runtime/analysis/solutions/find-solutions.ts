import { counted } from '../../counted.ts';
import { UserError } from '../../errors.ts';
import { checkSolutionsFit, type SolutionSet } from '../../files/solutions-file.ts';
import type { Model } from '../../models/model.ts';
import type { SolutionsProgress, SolutionsSummary, SolvedText } from '../../results/solutions.ts';
import { type ArrangementName, positionsOf } from '../../training/arrangement.ts';
import { Evaluator } from '../../training/evaluator.ts';
import type { Sessions } from '../../training/sessions.ts';
import type { Oracle } from '../../work/item.ts';
import type { SolutionOptions } from './options.ts';
import { SolutionSearch } from './solution-search.ts';

/** The longest text of the paper; two vectors have never been seen to hold more. */
const mostTokens = 512;

export interface SolutionsRequest {
  readonly model: Model;
  readonly sessions: Sessions;
  readonly texts: readonly SolvedText[];
  readonly options: SolutionOptions;
  /** What evaluates candidates on the model; one of these sessions when left out. */
  readonly oracle?: Oracle | undefined;
  /** Path of a file in which the search is kept while it runs. The caller removes it once the result is safe. */
  readonly checkpoint?: string | undefined;
  /** Takes a sentence on a checkpoint that cannot be read or written; the search goes on all the same. */
  readonly onNotice?: ((sentence: string) => void) | undefined;
  readonly cancelled: () => boolean;
  readonly onProgress: (progress: SolutionsProgress) => void;
}

/** The tokens of a text that is one segment. @throws UserError when it is empty, or too long to be one of this model. */
export function tokensOf(model: Model, { title, text }: SolvedText, arrangement: ArrangementName): Int32Array {
  const ids = model.tokenizer.encode(text);
  if (!ids.length) throw new UserError(`${title} is empty; choose a text.`);
  const most = model.config.maximumPositions;
  const needed = positionsOf(arrangement, ids.length);
  if (needed > most)
    throw new UserError(
      `${title} needs ${counted(needed, 'position')} and ${model.id} has ${most}; choose a shorter part of it.`,
    );
  if (ids.length > mostTokens)
    throw new UserError(
      `${title} has ${counted(ids.length, 'token')} and one pair of vectors can be given at most ${mostTokens}; choose a shorter part of it.`,
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
 * Many solutions of one or several texts. Cancelled, it gives what it has so far: every solution that was evaluated.
 *
 * @throws UserError on a text that is empty, too long for one segment, or there twice, or on more solutions than a file has.
 */
export async function findSolutions(
  request: SolutionsRequest,
): Promise<{ set: SolutionSet; summary: SolutionsSummary }> {
  const { model, sessions, texts, options } = request;
  checkDistinct(texts);
  const tokens = texts.map(text => tokensOf(model, text, options.arrangement));
  const { hiddenSize } = model.config;
  checkSolutionsFit(texts.length, options.seeds, hiddenSize);
  const search = await SolutionSearch.open(
    { fingerprint: model.fingerprint, width: hiddenSize, texts: tokens, options },
    request.oracle ?? new Evaluator(model, sessions),
    { checkpoint: request.checkpoint, onNotice: request.onNotice },
  );
  const cancelled = await search.run(request.cancelled, progress =>
    request.onProgress({ ...progress, seconds: search.seconds }),
  );
  const solutions = search.result();
  const { arrangement, recipe } = options;
  return {
    set: { model: modelOfSet(model), arrangement, recipe, hiddenSize, texts: [...texts], solutions, curves: [] },
    summary: {
      texts: texts.length,
      solutions: solutions.length,
      perfect: solutions.filter(solution => solution.correct === solution.tokens).length,
      evaluations: search.evaluations,
      seconds: search.seconds,
      cancelled,
    },
  };
}
