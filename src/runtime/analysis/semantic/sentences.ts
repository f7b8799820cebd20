// Before the library, which loads the runtime as soon as it is imported.
import '../../onnxruntime/library.ts';

import { basename, dirname } from 'node:path';
import { Tokenizer } from '@huggingface/tokenizers';
import { AutoModel, env, mean_pooling, Tensor } from '@huggingface/transformers';
import { messageOf, UserError } from '../../errors.ts';
import type { SentenceModelFiles } from './sentence-model.ts';

/** Texts in one pass. */
const textsPerPass = 32;

/** A text's tokens with the marks around it, the last of them kept where the text is cut. */
function idsOf(tokenizer: Tokenizer, text: string, most: number): number[] {
  const { ids } = tokenizer.encode(text);
  return ids.length > most ? [...ids.slice(0, most - 1), ...ids.slice(-1)] : ids;
}

/** Texts in the rows of one batch [B,T], filled up with tokens that attention does not look at. */
function inputsOf(rows: readonly (readonly number[])[]): Record<string, Tensor> & { readonly attention_mask: Tensor } {
  const width = Math.max(...rows.map(({ length }) => length));
  const ids = new BigInt64Array(rows.length * width);
  const mask = new BigInt64Array(rows.length * width);
  for (const [row, tokens] of rows.entries())
    for (const [i, id] of tokens.entries()) {
      ids[row * width + i] = BigInt(id);
      mask[row * width + i] = 1n;
    }
  const tensor = (values: BigInt64Array): Tensor => new Tensor('int64', values, [rows.length, width]);
  return {
    input_ids: tensor(ids),
    attention_mask: tensor(mask),
    token_type_ids: tensor(new BigInt64Array(rows.length * width)),
  };
}

/**
 * Sentence embeddings of texts, as sentence-transformers defines them for all-MiniLM-L6-v2: the mean of the last hidden
 * states over the tokens of a text, brought to length 1. Nothing is fetched.
 *
 * @param most tokens of a text, those around it included
 * @returns a vector for each text
 * @throws UserError when the files are not those of such a model.
 */
export async function embedSentences(
  { folder, tokenizer: json }: SentenceModelFiles,
  texts: readonly string[],
  most: number,
): Promise<Float32Array[]> {
  env.allowRemoteModels = false;
  env.allowLocalModels = true;
  env.localModelPath = dirname(folder);
  env.useFSCache = false;
  const cannotBeLoaded = (error: unknown): never => {
    throw new UserError(
      `The sentence model in ${folder} cannot be loaded (${messageOf(error).split('\n')[0]?.replace(/\.$/, '')}); remove it from the cache and download it again.`,
    );
  };
  const model = await AutoModel.from_pretrained(basename(folder), {
    dtype: 'fp32',
    device: 'cpu',
    local_files_only: true,
  }).catch(cannotBeLoaded);
  try {
    const tokenizer = new Tokenizer(JSON.parse(new TextDecoder().decode(json)), {});
    const embeddings: Float32Array[] = [];
    for (let from = 0; from < texts.length; from += textsPerPass) {
      const rows = texts.slice(from, from + textsPerPass).map(text => idsOf(tokenizer, text, most));
      const inputs = inputsOf(rows);
      const { last_hidden_state: hidden } = await model(inputs);
      const { data, dims } = mean_pooling(hidden, inputs.attention_mask).normalize(2, -1);
      const width = dims.at(-1) ?? 0;
      if (!(data instanceof Float32Array)) throw new Error('the sentence embeddings are not float32');
      for (let row = 0; row < rows.length; row++) embeddings.push(data.slice(row * width, (row + 1) * width));
    }
    return embeddings;
  } finally {
    await model.dispose();
  }
}
