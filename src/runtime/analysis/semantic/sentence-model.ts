import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../../errors.ts';
import { accessFromEnvironment } from '../../models/hub/access.ts';
import { fetchSnapshot } from '../../models/hub/fetching.ts';
import { cachedModels } from '../../models/hub/installed.ts';
import type { Announced } from '../../models/hub/repository.ts';

/** The paper's sentence model. */
export const sentenceModel = 'sentence-transformers/all-MiniLM-L6-v2';
const files = ['config.json', 'tokenizer.json', 'tokenizer_config.json', 'onnx/model.onnx'] as const;

const holdsAll = (folder: string): Promise<boolean> =>
  Promise.all(files.map(file => access(join(folder, file)))).then(
    () => true,
    () => false,
  );

/** Folder of the sentence model in the Hugging Face cache that other tools share; undefined when it is not all there. */
export async function findSentenceModel(): Promise<string | undefined> {
  for (const { id, folder } of await cachedModels())
    if (id === sentenceModel && (await holdsAll(folder))) return folder;
  return undefined;
}

/**
 * Fetches the sentence model (90 MB) into that cache. Only to be called when somebody has agreed to it.
 *
 * @throws UserError when it cannot be had.
 */
export async function fetchSentenceModel(): Promise<string> {
  const plan = ({ files: announced }: Announced) => {
    const wanted = files.flatMap(path => announced.filter(file => file.path === path));
    if (wanted.length < files.length)
      throw new UserError(`${sentenceModel} has not the files that are needed; report this, please.`);
    return { first: [], rest: wanted };
  };
  return await fetchSnapshot(
    await accessFromEnvironment(),
    { name: sentenceModel, revision: undefined },
    { plan, check: () => Promise.resolve() },
    { signal: new AbortController().signal, onProgress: () => undefined },
  );
}
