import { join } from 'node:path';
import { NoRoom, UserError } from '../errors.ts';
import { expectedTensors } from '../models/architectures/tensors.ts';
import { type Checkpoint, openCheckpoint } from '../models/checkpoint.ts';
import { type ModelConfig, parseConfig } from '../models/config.ts';
import { knownModels } from '../models/hub/known-models.ts';
import { readJson } from '../models/json-file.ts';
import type { DeviceName } from '../onnxruntime/device-names.ts';
import { availableMemory } from '../onnxruntime/free-memory.ts';
import {
  gibibytes,
  leftFree,
  type MemoryPlan,
  type ModelExtent,
  mayFit,
  memoryNeed,
  memoryOfLook,
  planLooks,
  planMemory,
  type Room,
  type TrainingMemory,
  whoHoldsMemory,
} from '../onnxruntime/memory.ts';
import type { MemoryNeed, ModelSummary } from '../results/models.ts';
import { recipeOf } from '../training/recipe.ts';
import type { RecipeName } from '../training/recipe-names.ts';
import type { Sessions } from '../training/sessions.ts';

const product = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** Numbers in all weights of a model. */
export const parametersOf = (config: ModelConfig): number =>
  expectedTensors(config).reduce((sum, [, shape]) => sum + product(shape), 0);

/** What the memory of a model depends on. Embeddings that are not the head, too, are not computed with. */
export function extentOf(config: ModelConfig, checkpoint: Pick<Checkpoint, 'tensors'>): ModelExtent {
  const { layers, hiddenSize, intermediateSize, heads, vocabularySize, embedding, head } = config;
  return {
    layers,
    hiddenSize,
    intermediateSize,
    heads,
    vocabularySize,
    parameters: parametersOf(config) - (head === embedding.name ? 0 : vocabularySize * hiddenSize),
    narrow: [...checkpoint.tensors.values()].some(({ dtype }) => dtype !== 'F32'),
  };
}

/** The same of a model folder, of which no more than its headers are read. @throws UserError when it holds no such model. */
export async function readExtent(folder: string): Promise<ModelExtent> {
  const place = join(folder, 'config.json');
  return extentOf(parseConfig(await readJson(place, 'config'), place), await openCheckpoint(folder));
}

/** The largest well-known model that fits into some memory, its weights as they are in their file. */
function largestThatFits(free: number): string {
  const fitting = knownModels.filter(({ parameters }) => mayFit(parameters, free));
  const [largest] = [...fitting].sort((a, b) => b.parameters - a.parameters);
  return largest ? `a smaller model (${largest.id} fits)` : 'a smaller model';
}

/** Positions of the shortest texts that are worth while. */
const shortest = 64;

/** What training needs at the least, its weights as they are in their file. */
const least = (extent: ModelExtent, device: DeviceName): MemoryNeed =>
  memoryNeed(extent, { device, batch: 1, positions: shortest, prepared: false });

/**
 * The plan for training with a model on a device, made before anything is loaded.
 *
 * @throws UserError saying what would do when the model does not fit; NoRoom when others could make room.
 */
export function planFor(id: string, extent: ModelExtent, device: DeviceName, alone: boolean, free: number): MemoryPlan {
  const plan = planMemory(device, extent, alone, free);
  if (plan) return plan;
  const { peak, weights } = least(extent, device);
  throw new UserError(
    `${id} needs ${gibibytes(peak)} of memory to be trained with (${gibibytes(weights)} for its weights) and ${gibibytes(free)} are free, ${leftFree(device)}; ${whoHoldsMemory}: close it, choose ${largestThatFits(free)}, a machine with ${gibibytes(peak / 0.8)} free, or a graphics card with ${gibibytes(peak)} (device "cuda", "dml" or "webgpu").`,
  );
}

/**
 * The plan for looks at a model on the processor.
 *
 * @throws UserError when there is no memory for them; NoRoom when others could make room.
 */
export function planLooksFor(id: string, extent: ModelExtent, alone: boolean, free: number): Room {
  const plan = planLooks(extent, free);
  if (plan) return plan;
  if (!alone) throw new NoRoom(`there is no room to look at ${id}`);
  throw new UserError(
    `A look at ${id} needs ${gibibytes(memoryOfLook(extent, shortest))} of memory and ${gibibytes(free)} are free, ${leftFree('cpu')}; ${whoHoldsMemory}: close it and try again.`,
  );
}

/** What training would take as things are now, for those who have not asked for it: it may be more than there is. */
export function trainingNow(id: string, extent: ModelExtent, device: DeviceName, free: number): TrainingMemory {
  try {
    return planFor(id, extent, device, true, free);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const need = least(extent, device);
    return { need, drafted: need, trains: false, drafts: false, remark: error.message };
  }
}

/** What a model on a device has for training with a recipe. */
export interface Means {
  readonly device: DeviceName;
  readonly plan: TrainingMemory;
  readonly sessions: Pick<Sessions, 'drafts'>;
}

/**
 * What training with a recipe takes. A draft is only a faster way to what is finished in float32: where there is no memory
 * for it, or the device cannot compute it, it is left out.
 */
export async function memoryFor(
  { device, plan, sessions }: Means,
  recipe?: RecipeName,
): Promise<Pick<ModelSummary, 'memory' | 'memoryRemark'>> {
  if (!recipe || !recipeOf(recipe).draft) return { memory: plan.need, memoryRemark: plan.remark };
  if (await sessions.drafts()) return { memory: plan.drafted, memoryRemark: plan.remark };
  const why = plan.drafts
    ? `The device "${device}" does not multiply in 16 bits here`
    : `The weights at low precision of the recipe ${recipe} would need ${gibibytes(plan.drafted.peak - plan.need.peak)} more`;
  const undrafted = `${why}, so it trains in float32 from the beginning.`;
  return { memory: plan.need, memoryRemark: plan.remark === null ? undrafted : `${plan.remark} ${undrafted}` };
}

/** A paragraph on the memory that a model needs on the processor, for a person to read. */
export function memoryText(id: string, extent: ModelExtent, free = availableMemory()): string {
  try {
    const { need, remark } = planFor(id, extent, 'cpu', true, free);
    const parts = [
      `${gibibytes(need.weights)} weights`,
      ...(need.copies ? [`${gibibytes(need.copies)} copies of them`] : []),
      `${gibibytes(need.activations)} activations`,
    ];
    return `${gibibytes(need.peak)} at most (${parts.join(', ')})${remark === null ? '' : `. ${remark}`}`;
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
}
