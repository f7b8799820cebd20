import { Cancelled, UserError } from '../../errors.ts';
import { readProto } from '../../files/proto-file.ts';
import { looksLikeSolutions, readSolutions } from '../../files/solutions-file.ts';
import { familiesText, familyOf } from '../../models/architectures/families/titles.ts';
import { folderName } from '../../models/folder-name.ts';
import { accessFromEnvironment } from '../../models/hub/access.ts';
import { folderFor } from '../../models/hub/finding.ts';
import { fetchLanguageModel, filesOfModel } from '../../models/hub/language-model.ts';
import { type ModelReference, parseReference } from '../../models/hub/reference.ts';
import { type Announced, announcedBy } from '../../models/hub/repository.ts';
import { fetchModel, findModel, hubModel } from '../../operations/hub.ts';
import type { HubModel } from '../../results/models.ts';
import { type Handler, handler } from '../handler.ts';

/** What is done with the hub of models. */
export function hubHandlers(): Handler[] {
  return [
    handler(fetchModel, ({ model, token }, { signal, report }) =>
      unlessCancelled(signal, async () => {
        const hooks = { signal, onProgress: report };
        const folder = await fetchLanguageModel(await accessFromEnvironment(token), referenceOf(model), hooks);
        const { id, revision } = folderName(folder);
        return { id, revision: revision ?? '', folder };
      }),
    ),
    handler(hubModel, ({ model, token }, { signal }) =>
      unlessCancelled(signal, async () =>
        described(await announcedBy(await accessFromEnvironment(token), referenceOf(model), signal)),
      ),
    ),
    handler(findModel, ({ file, name, folders }) => {
      const made = looksLikeSolutions(file) ? readSolutions(file, name) : readProto(file, name);
      return folderFor(made.model, folders, name);
    }),
  ];
}

/** @throws UserError for what cannot be a name. */
function referenceOf(text: string): ModelReference {
  const reference = parseReference(text);
  if (reference) return reference;
  throw new UserError(`"${text}" is not a name on the hub; give organisation/name, with @revision if you want one.`);
}

async function unlessCancelled<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw signal.aborted ? new Cancelled() : error;
  }
}

function described(announced: Announced): HubModel {
  const { name: id, commit: revision, gated, licence, type, parameters } = announced;
  const common = { id, revision, gated, licence, type, parameters };
  try {
    const { first, rest } = filesOfModel(announced);
    if (type !== null && !familyOf(type))
      throw new UserError(
        `${id} is a model of type "${type}", which is not computed here; choose a model of one of the families ${familiesText}.`,
      );
    return { ...common, bytes: [...first, ...rest].reduce((sum, { bytes }) => sum + bytes, 0), problem: null };
  } catch (error) {
    if (error instanceof UserError) return { ...common, bytes: null, problem: error.message };
    throw error;
  }
}
