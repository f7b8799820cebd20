import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Inspection } from '../../runtime/results/compression.ts';

/** What two cores do in a second with room to spare; most machines do more. */
const operationsPerSecond = 40e9;
/** Decoding, and looking at every token once more. */
const passes = 2;
const bytesPerWeight = 2;

/**
 * About how many seconds it takes to decode a file and to look at its tokens, loading the model not counted: two
 * operations for each weight and position, and the attention of each segment, whose cost grows with the square of it.
 *
 * @param modelBytes of the model's weights
 */
export function decodingSeconds(
  { segmentLengths, hiddenSize }: Pick<Inspection, 'segmentLengths' | 'hiddenSize'>,
  modelBytes: number,
): number {
  const weights = modelBytes / bytesPerWeight;
  const positions = segmentLengths.reduce((sum, length) => sum + length + 2, 0);
  const squares = segmentLengths.reduce((sum, length) => sum + length ** 2, 0);
  // A layer has twelve times the square of its width in weights, and takes four operations for a pair of positions and number.
  const attention = (weights / (12 * hiddenSize ** 2)) * 4 * hiddenSize * squares;
  return (passes * (2 * weights * positions + attention)) / operationsPerSecond;
}

/** What takes longer is begun when somebody asks for it: a file may have been opened by mistake, or made to cost much. */
export const longestUnasked = 30;

/** Of curves, which are worth nothing until they are followed. */
export const longestFollowed = 120;

/**
 * About how many seconds it takes to look at both paths between the ends of curves at so many places.
 *
 * @param tokens of the text of each curve
 */
export function followingSeconds(
  { tokens, hiddenSize }: { readonly tokens: readonly number[]; readonly hiddenSize: number },
  grid: number,
  modelBytes: number,
): number {
  return (2 * grid * decodingSeconds({ segmentLengths: tokens, hiddenSize }, modelBytes)) / passes;
}

/** Bytes of the weights in a model's folder; 0 where there are none. */
export async function weightBytes(folder: string): Promise<number> {
  const names = await readdir(folder).catch(() => []);
  const sizes = names
    .filter(name => name.endsWith('.safetensors'))
    .map(name =>
      stat(join(folder, name)).then(
        ({ size }) => size,
        () => 0,
      ),
    );
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
