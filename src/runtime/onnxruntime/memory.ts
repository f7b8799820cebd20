import { NoRoom, UserError } from '../errors.ts';
import type { MemoryNeed } from '../results/models.ts';
import type { DeviceName } from './device-names.ts';

const bytesPerNumber = 4;
/** Share of the free memory that may be planned with; the rest is for everybody else, and for what the plan does not know. */
const usable = 0.8;
/** Bytes of a weight in 8 bits: for the forward and for the backward pass. */
const bytesPerDraftedWeight = 2;
/** The same while it is made, beside the weight that it is made from. */
const bytesPerDraftedWeightInLoading = 4;
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

/** A forward pass over a longer text is made in parts of rows, whose attention is at most that of so many positions. */
export const longestPass = 512;

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
  /** Whether the training is drafted in 8 bits first, in a session of its own. */
  readonly drafted?: boolean;
  /** Training when left out. */
  readonly passes?: 'training' | 'forward';
}

/**
 * Memory that work needs, from shapes alone. The activations of training are fitted to the values that live at one time in the
 * training graph: -3 to +10 % of them for the shapes of Pythia and Llama 3, up to 512 positions. Each layer keeps some
 * rows of its width and one matrix of attention, and the end has one row of logits for each position. A forward pass keeps
 * those of a layer no longer than until the next one, and of a long text the keys and values of all that it has read.
 */
export function memoryNeed(model: ModelExtent, work: Work): MemoryNeed {
  const { layers, hiddenSize, intermediateSize, heads, vocabularySize, parameters, mapped } = model;
  const { batch, positions, packed, bytesPerWeight = bytesPerNumber, drafted = false, passes = 'training' } = work;
  const weights = parameters * bytesPerWeight;
  const packing = packed && work.device === 'cpu' ? 2 * weights : 0;
  const rows = passes === 'training' ? positions : Math.min(positions, longestPass);
  const perLayer = 5 * hiddenSize + 2.8 * intermediateSize + heads * rows;
  const kept = passes === 'training' ? layers : 1;
  const perRow = kept * perLayer + vocabularySize + 16_384;
  const cached = rows < positions ? 2 * layers * hiddenSize * positions : 0;
  const activations = Math.round(batch * (rows * perRow + cached) * bytesPerNumber);
  // What has been packed is read no more, but while packing goes on the widened copy of a 16-bit file is there, too.
  const held = packing ? Math.max(packing + (mapped ? 0 : weights), packing + activations) : weights + activations;
  if (!drafted || work.device !== 'cpu') return { weights, packing, activations, draft: 0, peak: held };
  // The draft is loaded first, and stays when the training goes on without it.
  const draft = parameters * bytesPerDraftedWeight + activations;
  const loading = (mapped ? 0 : weights) + parameters * bytesPerDraftedWeightInLoading;
  return { weights, packing, activations, draft, peak: Math.max(held + draft, loading) };
}

/** Bytes that training needs at the least, where only the number of weights is known. */
export const leastMemory = (parameters: number): number => bytesPerNumber * parameters;

/**
 * Bytes of memory that may be used: those that the system has free, or fewer where PROTO_TOKENS_MEMORY says so, in GiB.
 *
 * @throws UserError when the variable holds no number above 0.
 */
export function availableMemory({ PROTO_TOKENS_MEMORY: wanted }: NodeJS.ProcessEnv = process.env): number {
  const free = process.availableMemory();
  if (!wanted) return free;
  if (!(Number(wanted) > 0))
    throw new UserError(`PROTO_TOKENS_MEMORY is "${wanted}"; set it to a number of GiB above 0.`);
  return Math.min(free, Number(wanted) * 2 ** 30);
}

/** Whether a model may fit into some memory, as far as its number of weights tells. */
export const mayFit = (parameters: number, free = availableMemory()): boolean =>
  leastMemory(parameters) <= free * usable;

/** What there is memory for. Without end where nothing is known against more. */
export interface Room {
  /** Positions that one run of several texts may hold. */
  readonly mostPositions: number;
  /** Positions of the longest single text that can be trained, and that can be looked at. */
  readonly longest: Readonly<Record<'training' | 'forward', number>>;
  /** Whether the weights in 8 bits fit beside the others, so that trainings can be drafted. */
  readonly drafts: boolean;
}

export const endlessRoom: Room = {
  mostPositions: Number.POSITIVE_INFINITY,
  longest: { training: Number.POSITIVE_INFINITY, forward: Number.POSITIVE_INFINITY },
  drafts: true,
};

/** How a model is held on a device. */
export interface MemoryPlan extends Room {
  readonly packWeights: boolean;
  /** Of training without a draft. */
  readonly need: MemoryNeed;
  /** Of training with one. */
  readonly drafted: MemoryNeed;
  /** Bytes that were free when the plan was made. */
  readonly free: number;
  /** A sentence on what was chosen for want of memory; null where nothing had to be. */
  readonly remark: string | null;
}

export const gibibytes = (bytes: number): string =>
  bytes < 2 ** 30 ? `${Math.ceil(bytes / 2 ** 20)} MiB` : `${(bytes / 2 ** 30).toFixed(1)} GiB`;

/** Bytes of memory that may be used, for a person to read. */
export const freeMemory = (): string => gibibytes(availableMemory());

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
  free = availableMemory(),
): MemoryPlan | undefined {
  const [full] = positionsTried;
  const held = (packed: boolean, positions: number): MemoryNeed =>
    memoryNeed(model, { device, batch: 1, positions, packed });
  // On a card the weights take its memory, not ours, how much of it is free is not known, and packing does not exist.
  if (device !== 'cpu')
    return {
      ...endlessRoom,
      packWeights: false,
      need: held(false, full),
      drafted: held(false, full),
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
  const drafted = memoryNeed(model, { device, batch: 1, positions, packed: packWeights, drafted: true });
  const longest = (passes: 'training' | 'forward'): number =>
    longestText(
      length => memoryNeed(model, { device, batch: 1, positions: length, packed: packWeights, passes }).peak <= room,
    );
  return {
    packWeights,
    mostPositions: few.length ? positions : Number.POSITIVE_INFINITY,
    longest: { training: longest('training'), forward: longest('forward') },
    drafts: drafted.peak <= room,
    drafted,
    need: held(packWeights, positions),
    free,
    remark: chosen
      ? `The model would need ${gibibytes(held(true, full).peak)} of memory and ${gibibytes(free)} are free, a fifth of which is left for other programs: ${chosen}.`
      : null,
  };
}

/** No model has more positions. */
const mostOfAnyModel = 2 ** 24;

/** The greatest length that fits, where every shorter one does. */
function longestText(fits: (positions: number) => boolean): number {
  let [most, tooMany] = [0, mostOfAnyModel];
  while (tooMany - most > 1) {
    const middle = Math.floor((most + tooMany) / 2);
    if (fits(middle)) most = middle;
    else tooMany = middle;
  }
  return most;
}
