import { NoRoom } from '../errors.ts';
import type { MemoryNeed } from '../results/models.ts';
import type { DeviceName } from './device-names.ts';
import { availableMemory } from './free-memory.ts';

const bytesPerNumber = 4;
/** Share of the free memory that may be planned with; the rest is for everybody else, and for what the plan does not know. */
const usable = 0.8;
/** The same of a card's memory, which few others want. */
const usableOfCard = 0.95;
/** Bytes of a weight in a file of 16-bit numbers. */
const bytesStored = 2;
/** Matrices of such a file that are there as float32 at a time, with what the runtime keeps for the next ones. */
const widenedAtOnce = 4;
/** What activations take between such matrices, which come and go and leave gaps, by what they take by themselves. */
const gaps = 1.5;
/** Rows of the output projection that are a matrix of their own on the processor. */
const vocabularyPart = 8192;
/** Bytes of a weight at low precision: in 8 bits for the forward and for the backward pass, or in 16 bits for both. */
const bytesPerDraftedWeight = 2;
/** The same while it is made on the processor, beside the weight that it is made from. */
const bytesPerDraftedWeightInLoading = 4;
/** Positions of one run that are tried, from what trains best to what is still worth while. */
const positionsTried = [512, 256, 128, 64] as const;
/** With fewer at once than this, a run uses the processor badly; weights that stay in their file are the better choice then. */
const fewestPrepared = 128;

/** What the memory of a model depends on. */
export interface ModelExtent {
  readonly layers: number;
  readonly hiddenSize: number;
  readonly intermediateSize: number;
  readonly heads: number;
  readonly vocabularySize: number;
  /** Numbers in the weights that are computed with. */
  readonly parameters: number;
  /** Whether the file has 16-bit numbers. */
  readonly narrow: boolean;
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
  /**
   * Whether weights become float32 when they are loaded, on the processor packed for its products: a copy for the forward
   * and one for the backward pass. If not, they stay as they are in the file.
   */
  readonly prepared: boolean;
  /** Whether the training is drafted at low precision first, in a session of its own. */
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
  const { layers, hiddenSize, intermediateSize, heads, vocabularySize, parameters, narrow } = model;
  const { batch, positions, prepared, drafted = false, passes = 'training' } = work;
  const stored = narrow && !prepared;
  const weights = parameters * (stored ? bytesStored : bytesPerNumber);
  const packing = prepared && work.device === 'cpu' ? 2 * weights : 0;
  const widened =
    widenedAtOnce * bytesPerNumber * hiddenSize * Math.max(intermediateSize, Math.min(vocabularySize, vocabularyPart));
  const copies = stored ? widened : packing;
  const rows = passes === 'training' ? positions : Math.min(positions, longestPass);
  const perLayer = 5 * hiddenSize + 2.8 * intermediateSize + heads * rows;
  const kept = passes === 'training' ? layers : 1;
  const perRow = kept * perLayer + vocabularySize + 16_384;
  const cached = rows < positions ? 2 * layers * hiddenSize * positions : 0;
  const activations = Math.round(batch * (rows * perRow + cached) * bytesPerNumber * (stored ? gaps : 1));
  // What has been packed is read no more, but while packing goes on the widened copy of a 16-bit file is there, too.
  const held = packing ? packing + Math.max(narrow ? weights : 0, activations) : weights + copies + activations;
  if (!drafted) return { weights, copies, activations, draft: 0, peak: held };
  // The draft is loaded first, and stays when the training goes on without it.
  const draft = parameters * bytesPerDraftedWeight + activations;
  const loading =
    work.device === 'cpu' ? parameters * ((narrow ? bytesPerNumber : 0) + bytesPerDraftedWeightInLoading) : 0;
  return { weights, copies, activations, draft, peak: Math.max(held + draft, loading) };
}

/** Bytes that training needs at the least, where only the number of weights is known: published ones have 16 bits. */
export const leastMemory = (parameters: number): number => bytesStored * parameters;

/** Whether a model may fit into some memory, as far as its number of weights tells. */
export const mayFit = (parameters: number, free = availableMemory()): boolean =>
  leastMemory(parameters) <= free * usable;

/** What there is memory for. Without end where nothing is known against more. */
export interface Room {
  /** Positions that one run of several texts may hold. */
  readonly mostPositions: number;
  /** Positions of the longest single text that can be trained, and that can be looked at. */
  readonly longest: Readonly<Record<'training' | 'forward', number>>;
  /** Whether there is memory to train. */
  readonly trains: boolean;
  /** Whether the weights at low precision fit beside the others, so that trainings can be drafted. */
  readonly drafts: boolean;
}

export const endlessRoom: Room = {
  mostPositions: Number.POSITIVE_INFINITY,
  longest: { training: Number.POSITIVE_INFINITY, forward: Number.POSITIVE_INFINITY },
  trains: true,
  drafts: true,
};

/** What training takes. */
export interface TrainingMemory extends Pick<Room, 'trains' | 'drafts'> {
  /** Without a draft. */
  readonly need: MemoryNeed;
  /** With one. */
  readonly drafted: MemoryNeed;
  /** A sentence on what was chosen for want of memory, or on what would do; null where nothing had to be. */
  readonly remark: string | null;
}

/** How a model is held on a device. */
export interface MemoryPlan extends Room, TrainingMemory {
  readonly prepareWeights: boolean;
}

export const gibibytes = (bytes: number): string =>
  bytes < 2 ** 30 ? `${Math.ceil(bytes / 2 ** 20)} MiB` : `${(bytes / 2 ** 30).toFixed(1)} GiB`;

/** What the plans leave free of a device's memory. */
export const leftFree = (device: DeviceName): string =>
  device === 'cpu' ? 'a fifth of which is left for other programs' : 'a twentieth of which is left for others';

/** Each window has engines of its own: two of them hold a model twice. */
export const whoHoldsMemory = 'another VS Code window with a model, or another program, may hold memory';

/** Bytes of memory that may be used, for a person to read. */
export const freeMemory = (): string => gibibytes(availableMemory());

/** Whether these are the words of the runtime, of C++ or of V8 for memory that cannot be had. */
export const isOutOfMemory = (said: string): boolean =>
  /bad.?alloc|out of memory|allocation failed|failed to allocate|not enough memory/i.test(said);

/** Most positions of a single text that fit, held in a way; undefined when not even few do. */
function fitting(model: ModelExtent, device: DeviceName, prepared: boolean, room: number): number | undefined {
  return positionsTried.find(positions => memoryNeed(model, { device, batch: 1, positions, prepared }).peak <= room);
}

/**
 * How to hold a model's weights on a device, and how many positions to train at once. Weights that are prepared make an
 * evaluation up to three times as fast, so where there is no room for everything fewer positions come first: they cost next
 * to no time. Weights that are not stay as they are in their file, which takes half of the memory or less.
 *
 * @param alone whether nothing else is loaded that could make room
 * @param free bytes of the device's memory that may be used, without end where that is not known
 * @returns undefined when the model does not fit in any of these ways
 * @throws NoRoom when it does not fit as it should be held, and something else could make room for that.
 */
export function planMemory(
  device: DeviceName,
  model: ModelExtent,
  alone: boolean,
  free: number,
): MemoryPlan | undefined {
  const [full] = positionsTried;
  const held = (prepared: boolean, positions: number): MemoryNeed =>
    memoryNeed(model, { device, batch: 1, positions, prepared });
  const whole = held(true, full);
  const onCpu = device === 'cpu';
  const room = free * (onCpu ? usable : usableOfCard);
  const prepared = fitting(model, device, true, room) ?? 0;
  const prepareWeights = prepared >= fewestPrepared;
  const positions = prepareWeights ? prepared : fitting(model, device, false, room);
  if ((!prepareWeights || positions !== full) && !alone)
    throw new NoRoom(`the model needs ${gibibytes(whole.peak)} and only ${gibibytes(free)} are free`);
  if (!positions) return undefined;
  const few = positions === full ? [] : [`at most ${positions} positions are trained at once`];
  const stored = prepareWeights
    ? []
    : ['its weights stay as they are in their file, so an evaluation takes up to three times as long'];
  const chosen = [...stored, ...few].join(', and ');
  const drafted = memoryNeed(model, { device, batch: 1, positions, prepared: prepareWeights, drafted: true });
  const longest = (passes: 'training' | 'forward'): number =>
    longestText(
      length =>
        memoryNeed(model, { device, batch: 1, positions: length, prepared: prepareWeights, passes }).peak <= room,
    );
  return {
    prepareWeights,
    mostPositions: few.length ? positions : Number.POSITIVE_INFINITY,
    longest: { training: longest('training'), forward: longest('forward') },
    trains: true,
    drafts: drafted.peak <= room,
    drafted,
    need: held(prepareWeights, positions),
    remark: chosen
      ? `The model would need ${gibibytes(whole.peak)} of memory and ${gibibytes(free)} are free, ${leftFree(device)}: ${chosen}; ${whoHoldsMemory}: close it, and the next start of the engine has more.`
      : null,
  };
}

/**
 * Bytes that a forward pass over a text takes on the processor, beside the file of its weights: of that the system keeps in
 * memory what there is room for, and reads the rest again with each pass.
 */
export function memoryOfLook(model: ModelExtent, positions: number): number {
  const work = { device: 'cpu', batch: 1, positions, prepared: false, passes: 'forward' } as const;
  const { weights, peak } = memoryNeed(model, work);
  return peak - weights;
}

/**
 * What a few forward passes on the processor have memory for.
 *
 * @param free bytes of memory that may be used
 * @returns undefined when not even a short text fits
 */
export function planLooks(model: ModelExtent, free: number): Room | undefined {
  const fits = (positions: number): boolean => memoryOfLook(model, positions) <= free * usable;
  const [full] = positionsTried;
  const positions = positionsTried.find(fits);
  if (!positions) return undefined;
  return {
    mostPositions: positions === full ? Number.POSITIVE_INFINITY : positions,
    longest: { training: 0, forward: longestText(fits) },
    trains: false,
    drafts: false,
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
