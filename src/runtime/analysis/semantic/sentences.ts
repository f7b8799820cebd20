// Before the library, which loads the runtime as soon as it is imported.
import '../../onnxruntime/library.ts';

import { basename, dirname } from 'node:path';
import { env, pipeline } from '@huggingface/transformers';
import { UserError } from '../../errors.ts';

/** Texts in one pass. */
const textsPerPass = 32;

/**
 * Sentence embeddings of texts, as sentence-transformers defines them for all-MiniLM-L6-v2: the mean of the last hidden
 * states over the tokens of a text, brought to length 1. Nothing is fetched.
 *
 * A bundle of its own, loaded when it is first needed: the library loads native code as soon as it is imported.
 *
 * @param folder with config.json, tokenizer.json, tokenizer_config.json and onnx/model.onnx
 * @returns a vector for each text
 * @throws UserError when the folder does not hold such a model.
 */
export async function embedSentences(folder: string, texts: readonly string[]): Promise<Float32Array[]> {
  env.allowRemoteModels = false;
  env.allowLocalModels = true;
  env.localModelPath = dirname(folder);
  env.useFSCache = false;
  const embeddings: Float32Array[] = [];
  const extractor = await pipeline('feature-extraction', basename(folder), {
    dtype: 'fp32',
    device: 'cpu',
    local_files_only: true,
  }).catch((error: unknown) => {
    throw new UserError(
      `The sentence model in ${folder} cannot be loaded (${String(error).split('\n')[0]?.replace(/\.$/, '')}); remove it from the cache and download it again.`,
    );
  });
  try {
    for (let from = 0; from < texts.length; from += textsPerPass) {
      const part = texts.slice(from, from + textsPerPass);
      const { data, dims } = await extractor(part, { pooling: 'mean', normalize: true });
      const width = dims.at(-1) ?? 0;
      if (!(data instanceof Float32Array)) throw new Error('the sentence embeddings are not float32');
      for (let i = 0; i < part.length; i++) embeddings.push(data.slice(i * width, (i + 1) * width));
    }
  } finally {
    await extractor.dispose();
  }
  return embeddings;
}
