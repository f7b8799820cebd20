import { Tokenizer } from '@huggingface/tokenizers';
import { messageOf, UserError } from '../../errors.ts';
import { type Feed, floats, GraphSession } from '../../onnxruntime/session.ts';
import type { SentenceModelFiles } from './sentence-model.ts';

/** Texts in one pass. */
const textsPerPass = 32;

/** A text's tokens with the marks around it, the last of them kept where the text is cut. */
function idsOf(tokenizer: Tokenizer, text: string, most: number): number[] {
  const { ids } = tokenizer.encode(text);
  return ids.length > most ? [...ids.slice(0, most - 1), ...ids.slice(-1)] : ids;
}

/** Texts in the rows of one batch [B,T], filled up with tokens that attention does not look at. */
function feedsOf(rows: readonly (readonly number[])[], width: number): Record<string, Feed> {
  const shape = [rows.length, width];
  const ids = new BigInt64Array(rows.length * width);
  const mask = new BigInt64Array(rows.length * width);
  for (const [row, tokens] of rows.entries())
    for (const [i, id] of tokens.entries()) {
      ids[row * width + i] = BigInt(id);
      mask[row * width + i] = 1n;
    }
  return {
    input_ids: { values: ids, shape },
    attention_mask: { values: mask, shape },
    token_type_ids: { values: new BigInt64Array(rows.length * width), shape },
  };
}

/** The mean of some rows of numbers [T,d], at length 1. */
function meanAtLengthOne(hidden: Float32Array, rows: number): Float32Array {
  const width = hidden.length / rows;
  const mean = new Float32Array(width);
  for (const [i, value] of hidden.entries()) mean[i % width] = (mean[i % width] ?? 0) + value;
  const length = Math.hypot(...mean);
  return mean.map(value => value / length);
}

/**
 * Sentence embeddings of texts, as sentence-transformers defines them for all-MiniLM-L6-v2: the mean of the last hidden
 * states over the tokens of a text, brought to length 1.
 *
 * @param most tokens of a text, those around it included
 * @returns a vector for each text
 * @throws UserError when the files are not those of such a model.
 */
export async function embedSentences(
  { tokenizer: json, graph }: SentenceModelFiles,
  texts: readonly string[],
  most: number,
): Promise<Float32Array[]> {
  const cannotBeUsed = (error: unknown): UserError =>
    new UserError(
      `The sentence model cannot be loaded (${messageOf(error).split('\n')[0]?.replace(/\.$/, '')}); remove it from the cache and download it again.`,
    );
  let tokenizer: Tokenizer;
  let session: GraphSession;
  try {
    tokenizer = new Tokenizer(JSON.parse(new TextDecoder().decode(json)), {});
    session = await GraphSession.create(
      { bytes: graph, weightFolder: undefined },
      { device: 'cpu', packWeights: true },
    );
  } catch (error) {
    throw error instanceof UserError ? error : cannotBeUsed(error);
  }
  try {
    const embeddings: Float32Array[] = [];
    for (let from = 0; from < texts.length; from += textsPerPass) {
      const rows = texts.slice(from, from + textsPerPass).map(text => idsOf(tokenizer, text, most));
      const width = Math.max(...rows.map(({ length }) => length));
      const hidden = floats(await session.run(feedsOf(rows, width)), 'last_hidden_state');
      const perRow = hidden.length / rows.length;
      for (const [row, { length }] of rows.entries()) {
        const start = row * perRow;
        embeddings.push(meanAtLengthOne(hidden.subarray(start, start + (length * perRow) / width), length));
      }
    }
    return embeddings;
  } finally {
    await session.dispose();
  }
}
