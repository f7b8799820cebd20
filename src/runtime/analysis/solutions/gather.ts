import { counted } from '../../counted.ts';
import { checkModel, decodeProto } from '../../decoding/decode-proto.ts';
import { UserError } from '../../errors.ts';
import { readProto } from '../../files/proto-file.ts';
import { joinSolutions, type SolutionSet } from '../../files/solutions-file.ts';
import type { Model } from '../../models/model.ts';
import type { NamedFile } from '../../results/files.ts';
import { isArrangementName } from '../../training/arrangement.ts';
import type { Sessions } from '../../training/sessions.ts';
import { modelOfSet } from './find-solutions.ts';

/** @throws UserError when the file has more than one segment, or is of another model. */
async function solutionIn(model: Model, sessions: Sessions, { name, file: bytes }: NamedFile) {
  const file = readProto(bytes, name);
  const { arrangement, hiddenSize, training, segmentLengths } = file;
  checkModel(file, model);
  if (segmentLengths.length > 1)
    throw new UserError(
      `${name} has ${counted(segmentLengths.length, 'segment')} and a solution is one pair of vectors; choose files of one segment.`,
    );
  if (!isArrangementName(arrangement))
    throw new UserError(`${name} uses the arrangement "${arrangement}", which is not known here; update Proto-Tokens.`);
  const { text, tokens, emitted } = await decodeProto(model, sessions, file);
  const solution = {
    text: 0,
    seed: training.seed,
    steps: training.steps[0] ?? 0,
    correct: tokens.filter((token, i) => token === emitted[i]).length,
    tokens: tokens.length,
    e: file.e,
    m: file.m,
  };
  const { recipe } = training;
  const texts = [{ title: name, text }];
  return { name, model: modelOfSet(model), arrangement, recipe, hiddenSize, texts, solutions: [solution], curves: [] };
}

/**
 * The solutions that several .proto files hold; files of the same text become solutions of one text.
 *
 * @throws UserError naming a file that has several segments, another model or another arrangement.
 */
export async function gatherSolutions(
  model: Model,
  sessions: Sessions,
  files: readonly NamedFile[],
): Promise<SolutionSet> {
  const sets: (SolutionSet & { readonly name: string })[] = [];
  for (const file of files) sets.push(await solutionIn(model, sessions, file));
  return joinSolutions(sets);
}
