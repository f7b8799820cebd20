import type { SemanticChoice } from '../distances/options.ts';
import { pairDistances } from '../distances/pair-distances.ts';
import { fetchSentenceModel, findSentenceModel, sentenceModel } from './sentence-model.ts';
import type { embedSentences } from './sentences.ts';

/** Distances between texts by meaning, or a sentence on why there are none. */
export type SemanticDistances =
  | { readonly distances: Float32Array; readonly missing?: undefined }
  | { readonly distances?: undefined; readonly missing: string };

/** Lies beside the engine; see tools/build.mjs. */
function loadEncoder(): Promise<{ embedSentences: typeof embedSentences }> {
  return import(new URL('sentences.mjs', import.meta.url).href);
}

/**
 * Semantic distances between texts: 1 - cosine of their sentence embeddings, as in figure 5 of the paper.
 *
 * @returns [T,T] row by row
 * @throws UserError when the model cannot be fetched or loaded.
 */
export async function semanticDistances(texts: readonly string[], choice: SemanticChoice): Promise<SemanticDistances> {
  if (choice === 'off') return { missing: 'Semantic distances were not asked for.' };
  const folder = (await findSentenceModel()) ?? (choice === 'fetch' ? await fetchSentenceModel() : undefined);
  if (!folder)
    return {
      missing: `Semantic distances need the sentence model ${sentenceModel} (90 MB), which is not in the Hugging Face cache; fetch it once, and it works offline from then on.`,
    };
  const { embedSentences: embed } = await loadEncoder();
  return { distances: await pairDistances(await embed(folder, texts), 'cosine') };
}
