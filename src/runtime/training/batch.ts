import type { DeviceName } from '../onnxruntime/device-names.ts';
import type { Feed } from '../onnxruntime/session.ts';
import type { Layout } from './arrangement.ts';

export interface BatchShape {
  /** Solutions that are evaluated together. */
  readonly batch: number;
  /** Input positions of each, padded at the end; causal attention makes that exact. */
  readonly positions: number;
  /** Different proto-tokens of each. */
  readonly kinds: number;
}

/** The vectors of one solution and where they stand. */
export interface Placed {
  /** The proto-tokens [K,d], in the order of `protoTokenKinds`. */
  readonly protoTokens: readonly Float32Array[];
  readonly layout: Layout;
}

/** The inputs of any graph that starts from proto-tokens. Solutions that the batch has room for beyond those given are zero. */
export function batchFeeds(
  { batch, positions, kinds }: BatchShape,
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
    proto_tokens: { values: protoTokens, shape: [batch, kinds, width] },
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

/** Numbers in one head's attention matrices of a run: with a single text of 512 positions as many. */
const attentionAtOnce = 512 * 512;

/** Solutions in one run, at least one: as many as train side by side, fewer where their attention would need much memory. */
export function solutionsAtOnce(device: DeviceName, positions: number): number {
  return Math.max(1, Math.floor(Math.min(positionsAtOnce(device) / positions, attentionAtOnce / positions ** 2)));
}

/** Input positions in common for solutions of these layouts; a multiple of 8, so that few sizes occur. */
export function commonPositions(layouts: readonly Layout[]): number {
  const longest = layouts.reduce((most, { kinds }) => Math.max(most, kinds.length), 0);
  return Math.ceil(longest / 8) * 8;
}
