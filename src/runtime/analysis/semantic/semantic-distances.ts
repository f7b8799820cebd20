import { UserError } from '../../errors.ts';
import type { SemanticChoice } from '../distances/options.ts';
import { pairDistances } from '../distances/pair-distances.ts';
import {
  allMiniLm,
  cachedSentenceModel,
  fetchSentenceModel,
  type PinnedSentenceModel,
  type SentenceModelFiles,
} from './sentence-model.ts';

/** Distances between texts by meaning, or a sentence on why there are none. */
export type SemanticDistances =
  | { readonly distances: Float32Array; readonly missing?: undefined }
  | { readonly distances?: undefined; readonly missing: string };

/**
 * Semantic distances between texts: 1 - cosine of their sentence embeddings, as in figure 5 of the paper.
 *
 * @returns [T,T] row by row
 * @throws UserError when the model cannot be fetched or loaded, or what was fetched is not what was published.
 */
export async function semanticDistances(
  texts: readonly string[],
  choice: SemanticChoice,
  model: PinnedSentenceModel = allMiniLm,
): Promise<SemanticDistances> {
  if (choice === 'off') return { missing: 'Semantic distances were not asked for.' };
  const cached = await fromCache(model);
  // What lies in the cache under this name does not keep the right files from being fetched.
  const files = cached.files ?? (choice === 'fetch' ? await fetchSentenceModel(model) : undefined);
  if (!files) return { missing: cached.missing };
  // The library takes a while to load, and few have a use for it.
  const { embedSentences } = await import('./sentences.ts');
  return { distances: await pairDistances(await embedSentences(files, texts, model.mostTokens), 'cosine') };
}

async function fromCache(
  model: PinnedSentenceModel,
): Promise<{ readonly files: SentenceModelFiles | undefined; readonly missing: string }> {
  const missing = `Semantic distances need the sentence model ${model.name} (90 MB), which is not in the Hugging Face cache; fetch it once, and it works offline from then on.`;
  try {
    return { files: await cachedSentenceModel(model), missing };
  } catch (error) {
    if (error instanceof UserError) return { files: undefined, missing: error.message };
    throw error;
  }
}
