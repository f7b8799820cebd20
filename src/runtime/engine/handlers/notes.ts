import type { RecipeName } from '../../training/recipe-names.ts';
import { memoryFor } from '../model-memory.ts';
import type { LoadedModel } from '../model-pool.ts';

/** What is worth a line in the log of whoever started the engine. */
export const note = (sentence: string): void => void process.stdout.write(`${sentence}\n`);

/** Notes what a recipe has to do without here; the rest has been noted when the model was opened. */
export async function noteLack(loaded: LoadedModel, recipe: RecipeName): Promise<void> {
  const { memoryRemark } = await memoryFor(loaded, recipe);
  if (memoryRemark !== null && memoryRemark !== loaded.plan.remark) note(memoryRemark);
}
