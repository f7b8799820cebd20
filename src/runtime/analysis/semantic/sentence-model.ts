import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { downloadFileToCacheDir } from '@huggingface/hub';
import { messageOf, UserError } from '../../errors.ts';
import { cachedModels } from '../../models/installed-models.ts';

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

/** Fetches the sentence model (90 MB) into that cache. Only to be called when somebody has agreed to it. */
export async function fetchSentenceModel(): Promise<string> {
  try {
    for (const path of files) await downloadFileToCacheDir({ repo: sentenceModel, path });
  } catch (error) {
    throw new UserError(
      `${sentenceModel} cannot be fetched (${messageOf(error).split('\n')[0]?.replace(/\.$/, '')}); connect to the network, or bring it into the cache with "hf download ${sentenceModel}".`,
    );
  }
  const folder = await findSentenceModel();
  if (!folder) throw new UserError(`${sentenceModel} was fetched but is not whole; fetch it again.`);
  return folder;
}
