import { inEightBits } from '../graph/eight-bit.ts';
import type { Narrowing } from '../graph/narrow-products.ts';
import { allFused, type FusedOperators, noneFused } from '../graph/operators.ts';
import { inSixteenBits } from '../graph/sixteen-bit.ts';
import type { ModelConfig } from '../models/config.ts';
import type { DeviceName } from '../onnxruntime/device-names.ts';
import type { SessionOptions } from '../onnxruntime/session.ts';

/** How the graph of a model is written for a device: the same numbers, in fewer nodes where that is worth more memory. */
export interface GraphStyle {
  readonly fused: FusedOperators;
  /**
   * Query, key and value in one product. The joined matrix is made when the graph is loaded; a card gets nothing else,
   * but a processor would lose the map of the file.
   */
  readonly joinsProjections: boolean;
  /** Rows of the output projection at a time, at most. */
  readonly vocabularyPart: number;
  /** Numbers of the output projection at a time, at most; no fewer rows than `fewestRows` for that. */
  readonly partNumbers: number;
  /** What products by frozen weights become at low precision. */
  readonly narrowing: Narrowing;
}

/** Near the processor's caches, and large enough for a product. */
const fewestRows = 8192;
/** What every graphics adapter binds at once, in numbers: 128 MiB (WebGPU's maxStorageBufferBindingSize). */
const boundAtOnce = 2 ** 25;

const processor: GraphStyle = {
  fused: allFused,
  joinsProjections: false,
  vocabularyPart: fewestRows,
  partNumbers: Number.POSITIVE_INFINITY,
  narrowing: inEightBits,
};

/** 2048 positions, as many as train side by side, have logits of 0.5 GiB for such a part. */
const card: GraphStyle = {
  ...processor,
  joinsProjections: true,
  vocabularyPart: 65_536,
  narrowing: inSixteenBits,
};

const styles: Readonly<Record<DeviceName, GraphStyle>> = {
  cpu: processor,
  cuda: card,
  // WebGPU writes the mean in place of the second output of SimplifiedLayerNormalization
  // (`test/unit/graph/on-devices.test.ts`). Logits of 2048 positions are bound at once, too.
  webgpu: {
    ...card,
    fused: { ...allFused, inverseOfRmsNorm: false },
    vocabularyPart: 16_384,
    partNumbers: boundAtOnce,
  },
  // DirectML has norms without further outputs only, and its other operators of the runtime's own could not be tried.
  dml: { ...card, fused: noneFused },
};

/** What of a session its graph depends on. */
export type GraphPlace = Pick<SessionOptions, 'device' | 'prepareWeights'>;

/** Matrices that stay in their file are not joined, which would be a copy, and are widened in small parts. */
export const styleOf = ({ device, prepareWeights }: GraphPlace): GraphStyle =>
  prepareWeights ? styles[device] : { ...styles[device], joinsProjections: false, vocabularyPart: fewestRows };

/** Rows of each part of the output projection: all of about the same size. */
export function rowsPerPart(
  { vocabularyPart, partNumbers }: GraphStyle,
  { vocabularySize, hiddenSize }: ModelConfig,
): number {
  const most = Math.min(vocabularyPart, Math.max(fewestRows, Math.floor(partNumbers / hiddenSize)));
  return Math.ceil(vocabularySize / Math.ceil(vocabularySize / most));
}
