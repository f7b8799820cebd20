import type { EngineClient } from '../runtime/engine/client.ts';
import { loadModel } from '../runtime/operations/models.ts';
import type { ModelSummary } from '../runtime/results/models.ts';
import { isRecipeName, type RecipeName } from '../runtime/training/recipe-names.ts';
import type { ModelOptions } from './engine.ts';

/** Says what was chosen for want of memory, where anything had to be. */
export function sayMemory({ memoryRemark }: Pick<ModelSummary, 'memoryRemark'>): void {
  if (memoryRemark !== null) process.stderr.write(`${memoryRemark}\n`);
}

/** The recipe among the settings of an experiment, where it has one. */
export function recipeIn({ recipe }: Readonly<Record<string, unknown>>): RecipeName | undefined {
  return typeof recipe === 'string' && isRecipeName(recipe) ? recipe : undefined;
}

/**
 * Opens the model that work is about to train with, and says before it begins what was chosen for want of memory.
 *
 * @throws UserError when the model does not fit; Cancelled.
 */
export async function openToTrain(
  engine: EngineClient,
  { model: folder, device }: Pick<ModelOptions, 'model' | 'device'>,
  recipe: RecipeName | undefined,
  signal: AbortSignal,
): Promise<void> {
  sayMemory(await engine.call(loadModel, { folder, device, recipe }, { signal }));
}
