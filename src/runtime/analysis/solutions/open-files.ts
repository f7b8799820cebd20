import { UserError } from '../../errors.ts';
import { sniffProto } from '../../files/proto-file.ts';
import { joinSolutions, readSolutions, type SolutionSet } from '../../files/solutions-file.ts';
import type { Model } from '../../models/model.ts';
import type { NamedFile } from '../../results/files.ts';
import { positionsOf } from '../../training/arrangement.ts';
import type { Sessions } from '../../training/sessions.ts';
import { gatherSolutions } from './gather.ts';

/** A NAME.solutions.json of this model. @throws UserError when it is damaged or of another one. */
export function openSolutions(model: Model, { name, file }: NamedFile): SolutionSet {
  const set = readSolutions(file, name);
  checkSetModel(set, model, name);
  return set;
}

/** @throws UserError when the set was made with another model than this one. */
function checkSetModel(set: SolutionSet, model: Model, name: string): void {
  if (set.model.fingerprint !== model.fingerprint)
    throw new UserError(
      `${name} was made with the model ${set.model.id}${set.model.revision ? ` at revision ${set.model.revision}` : ''}, and ${model.id} at ${model.folder} is another one; choose the model that it was made with.`,
    );
  if (
    set.hiddenSize !== model.config.hiddenSize ||
    set.solutions.some(({ tokens }) => positionsOf(set.arrangement, tokens) > model.config.maximumPositions)
  )
    throw new UserError(`${name} is damaged (its sizes do not fit its model); restore it from a copy.`);
}

/**
 * The solutions of several files in one set: of NAME.solutions.json, and of .proto files of one segment.
 *
 * @throws UserError when a file is damaged, of another model, or does not belong with the others.
 */
export async function openSolutionFiles(
  model: Model,
  sessions: Sessions,
  files: readonly NamedFile[],
): Promise<SolutionSet> {
  const sets: (SolutionSet & { readonly name: string })[] = [];
  for (const { name, file } of files) {
    const proto = sniffProto(file) === 'proto-tokens';
    const set = proto ? await gatherSolutions(model, sessions, [{ name, file }]) : openSolutions(model, { name, file });
    sets.push({ ...set, name });
  }
  return joinSolutions(sets);
}
