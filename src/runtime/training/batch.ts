import type { DeviceName } from '../onnxruntime/device-names.ts';
import { longestPass } from '../onnxruntime/memory.ts';
import type { Feed } from '../onnxruntime/session.ts';
import type { Layout } from './arrangement.ts';

export interface BatchShape {
  /** Solutions that are evaluated together. */
  readonly batch: number;
  /** Input positions of each, padded at the end; causal attention makes that exact. */
  readonly positions: number;
  /** Different vectors of each. */
  readonly kinds: number;
  /** Positions before them that there is room for, of which keys and values are given; 0 for whole sequences. */
  readonly past: number;
  /** Rows whose logits are wanted. */
  readonly looked: number;
}

/** The vectors of one solution and where they stand. */
export interface Placed {
  /** Vectors [K,d]; of a solution its proto-tokens, in the order of `protoTokenKinds`. */
  readonly protoTokens: readonly Float32Array[];
  readonly layout: Layout;
}

/** The inputs that say which vectors stand where. Solutions that the batch has room for beyond those given are zero. */
export function batchFeeds(
  { batch, positions, kinds }: Pick<BatchShape, 'batch' | 'positions' | 'kinds'>,
  width: number,
  solutions: readonly Placed[],
): Record<string, Feed> {
  const protoTokens = new Float32Array(batch * kinds * width);
  const placement = new Float32Array(batch * positions * kinds);
  for (const [b, { protoTokens: vectors, layout }] of solutions.entries()) {
    for (const [kind, vector] of vectors.entries()) protoTokens.set(vector, (b * kinds + kind) * width);
    for (const [position, kind] of layout.kinds.entries()) placement[(b * positions + position) * kinds + kind] = 1;
  }
  return {
    vectors: { values: protoTokens, shape: [batch, kinds, width] },
    placement: { values: placement, shape: [batch, positions, kinds] },
  };
}

/**
 * Input positions that train side by side. On a CPU more in one run gain nothing, and lengthen the time between two looks
 * at a cancellation; a graphics card takes hardly longer for four times as many, as the number of its kernels counts.
 */
export function positionsAtOnce(device: DeviceName): number {
  return device === 'cpu' ? 512 : 2048;
}

/** Numbers in one head's attention matrices of a run. */
const attentionAtOnce = longestPass ** 2;

/** Solutions in one run, at least one: as many as train side by side, fewer where their attention would need much memory. */
export function solutionsAtOnce(device: DeviceName, positions: number): number {
  return Math.max(1, Math.floor(Math.min(positionsAtOnce(device) / positions, attentionAtOnce / positions ** 2)));
}

/** Some rows of a text that is read one part after the other. */
export interface Part {
  /** The first of its rows. */
  readonly first: number;
  readonly rows: number;
  /** Whether others follow. */
  readonly more: boolean;
}

/** Rows of a part, at the least: with fewer, a product is mostly the reading of its weights. */
const fewestRows = 64;
/** Of this many rows each part has a multiple, but for the last: cards compile kernels for few sizes. */
const rowsOfPart = 8;

/**
 * How a text of so many input positions is read in a forward pass: at once, or where its attention would take more memory
 * than that of 512 positions, in parts, each with the keys and values of those before.
 */
export function partsOf(positions: number): readonly Part[] {
  const most = Math.max(fewestRows, Math.floor(attentionAtOnce / positions / rowsOfPart) * rowsOfPart);
  const rows = positions ** 2 > attentionAtOnce ? most : positions;
  const count = Math.ceil(positions / rows);
  return Array.from({ length: count }, (_, i) => ({
    first: i * rows,
    rows: Math.min(rows, positions - i * rows),
    more: i < count - 1,
  }));
}

/** A card compiles its kernels anew for sizes that it has not met, so lengths are padded to few of them there. */
const cardPositions = 8;
/** Positions of a run, at the least, that solutions in it need: shorter ones would be mostly padding. */
const fullness: Readonly<Record<'processor' | 'card', number>> = { processor: 0.75, card: 0.5 };

/** Solutions that one run takes, by their place among all. */
export interface Run {
  readonly members: readonly number[];
  /** In common. */
  readonly positions: number;
}

/**
 * Cuts solutions into runs of about the same length.
 *
 * @param lengths input positions of each
 * @param most solutions in a run of so many positions
 */
export function planRuns(
  device: DeviceName,
  lengths: readonly number[],
  most: (positions: number) => number,
): readonly Run[] {
  const [multiple, full] = device === 'cpu' ? [1, fullness.processor] : [cardPositions, fullness.card];
  const order = [...lengths.keys()].sort((a, b) => (lengths[b] ?? 0) - (lengths[a] ?? 0) || a - b);
  const runs: { members: number[]; positions: number }[] = [];
  for (const member of order) {
    const length = lengths[member] ?? 0;
    const run = runs.at(-1);
    if (run && run.members.length < most(run.positions) && length >= full * run.positions) run.members.push(member);
    else runs.push({ members: [member], positions: Math.ceil(length / multiple) * multiple });
  }
  return runs;
}
