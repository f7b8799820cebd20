import { NoRoom } from '../errors.ts';
import type { MemoryNeed } from '../results/models.ts';
import type { DeviceName } from './device-names.ts';

const bytesPerNumber = 4;
/** Share of the free memory that may be planned with; the rest is for everybody else, and for what the plan does not know. */
const usable = 0.8;
/** Positions of one run that are tried, from what trains best to what is still worth while. */
const positionsTried = [512, 256, 128, 64] as const;
/** With fewer at once than this, a run uses the processor badly; weights that are not packed are the better choice then. */
const fewestPacked = 128;

/** What the memory of a model depends on. */
export interface ModelExtent {
  readonly layers: number;
  readonly hiddenSize: number;
  readonly intermediateSize: number;
  readonly heads: number;
  readonly vocabularySize: number;
  /** Numbers in the weights that are computed with. */
  readonly parameters: number;
  /** Whether the file has 32-bit numbers, so that weights can stay a memory map of it. */
  readonly mapped: boolean;
}

/** How a model is to be trained. */
export interface Work {
  readonly device: DeviceName;
  /** Texts in one run. */
  readonly batch: number;
  /** Input positions of each. */
  readonly positions: number;
  /** Whether weights are packed for the processor's matrix product: a copy for the forward and one for the backward pass. */
  readonly packed: boolean;
  /** Of a weight as it is computed with: 4, or 2 where products run in 16 bits. */
  readonly bytesPerWeight?: 4 | 2;
}

/**
 * Memory that training needs, from shapes alone. The activations are fitted to the values that live at one time in the
 * training graph: -3 to +10 % of them for the shapes of Pythia and Llama 3, up to 512 positions. Each layer keeps some
 * rows of its width and one matrix of attention, and the end has one row of logits for each position.
 */
export function memoryNeed(model: ModelExtent, work: Work): MemoryNeed {
  const { layers, hiddenSize, intermediateSize, heads, vocabularySize, parameters, mapped } = model;
  const { batch, positions, packed, bytesPerWeight = bytesPerNumber } = work;
  const weights = parameters * bytesPerWeight;
  const packing = packed && work.device === 'cpu' ? 2 * weights : 0;
  const perLayer = 5 * hiddenSize + 2.8 * intermediateSize + heads * positions;
  const perRow = layers * perLayer + vocabularySize + 16_384;
  const activations = Math.round(batch * positions * perRow * bytesPerNumber);
  // What has been packed is read no more, but while packing goes on the widened copy of a 16-bit file is there, too.
  const peak = packing ? Math.max(packing + (mapped ? 0 : weights), packing + activations) : weights + activations;
  return { weights, packing, activations, peak };
}

/** Bytes that training needs at the least, where only the number of weights is known. */
export const leastMemory = (parameters: number): number => bytesPerNumber * parameters;

/** Whether a model may fit into some memory, as far as its number of weights tells. */
export const mayFit = (parameters: number, free = process.availableMemory()): boolean =>
  leastMemory(parameters) <= free * usable;

/** How a model is held on a device. */
export interface MemoryPlan {
  readonly packWeights: boolean;
  /** Positions that one run may hold: more would not fit. Without end where nothing is known against more. */
  readonly mostPositions: number;
  readonly need: MemoryNeed;
  /** Bytes that were free when the plan was made. */
  readonly free: number;
  /** A sentence on what was chosen for want of memory; null where nothing had to be. */
  readonly remark: string | null;
}

export const gibibytes = (bytes: number): string =>
  bytes < 2 ** 30 / 10 ? `${Math.ceil(bytes / 2 ** 20)} MiB` : `${(bytes / 2 ** 30).toFixed(1)} GiB`;

/** Bytes of memory that may be used, for a person to read. */
export const freeMemory = (): string => gibibytes(process.availableMemory());

/** Whether these are the words of the runtime, of C++ or of V8 for memory that cannot be had. */
export const isOutOfMemory = (said: string): boolean =>
  /bad.?alloc|out of memory|allocation failed|failed to allocate|not enough memory/i.test(said);

/** Most positions of a single text that fit, held in a way; undefined when not even few do. */
function fitting(model: ModelExtent, packed: boolean, room: number): number | undefined {
  return positionsTried.find(
    positions => memoryNeed(model, { device: 'cpu', batch: 1, positions, packed }).peak <= room,
  );
}

/**
 * How to hold a model's weights on a device, and how many positions to train at once. On the CPU packed copies make steps
 * 1.6 to 3 times faster, so where there is no room for everything fewer positions come first: they cost next to no time.
 * Without packing weights stay a map of the file where that has 32-bit numbers.
 *
 * @param alone whether nothing else is loaded that could make room
 * @param free bytes of memory that may be used
 * @returns undefined when the model does not fit in any of these ways
 * @throws NoRoom when it does not fit as it should be held, and something else could make room for that.
 */
export function planMemory(
  device: DeviceName,
  model: ModelExtent,
  alone = true,
  free = process.availableMemory(),
): MemoryPlan | undefined {
  const [full] = positionsTried;
  const held = (packed: boolean, positions: number): MemoryNeed =>
    memoryNeed(model, { device, batch: 1, positions, packed });
  // On a card the weights take its memory, not ours, how much of it is free is not known, and packing does not exist.
  if (device !== 'cpu')
    return {
      packWeights: false,
      mostPositions: Number.POSITIVE_INFINITY,
      need: held(false, full),
      free,
      remark: null,
    };
  const room = free * usable;
  const packed = fitting(model, true, room) ?? 0;
  const packWeights = packed >= fewestPacked;
  const positions = packWeights ? packed : fitting(model, false, room);
  if ((!packWeights || positions !== full) && !alone)
    throw new NoRoom(`the model needs ${gibibytes(held(true, full).peak)} and only ${gibibytes(free)} are free`);
  if (!positions) return undefined;
  const few = positions === full ? [] : [`at most ${positions} positions are trained at once`];
  const unpacked = packWeights ? [] : ['its weights are not packed, so an evaluation takes two to three times as long'];
  const chosen = [...unpacked, ...few].join(', and ');
  return {
    packWeights,
    mostPositions: few.length ? positions : Number.POSITIVE_INFINITY,
    need: held(packWeights, positions),
    free,
    remark: chosen
      ? `The model would need ${gibibytes(held(true, full).peak)} of memory and ${gibibytes(free)} are free: ${chosen}.`
      : null,
  };
}

/**
 * Most positions of one text that a plan has room for, when a text of so many does not fit; undefined when it does.
 *
 * @param positions of the longest text
 */
export function tooLong(
  model: ModelExtent,
  device: DeviceName,
  plan: MemoryPlan,
  positions: number,
): number | undefined {
  if (device !== 'cpu') return undefined;
  const peak = (length: number): number =>
    memoryNeed(model, { device, batch: 1, positions: length, packed: plan.packWeights }).peak;
  const room = plan.free * usable;
  if (peak(positions) <= room) return undefined;
  let [fits, not] = [0, positions];
  while (not - fits > 1) {
    const middle = Math.floor((fits + not) / 2);
    if (peak(middle) <= room) fits = middle;
    else not = middle;
  }
  return fits;
}
