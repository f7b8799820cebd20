import type { Tensor } from '../graph/tensor.ts';
import { outputProjection } from './architectures/index.ts';
import type { Checkpoint } from './checkpoint.ts';
import type { ModelConfig } from './config.ts';
import type { Weights } from './weights.ts';

/** What a graph needs of a model: how it computes, and where its weights lie. */
export interface FrozenModel {
  readonly config: ModelConfig;
  readonly checkpoint: Checkpoint;
}

/** Logits held at a time, in elements: small enough to stay near the processor, large enough to keep it busy. */
const logitsAtOnce = 1024 * 1024;

/** Consecutive rows of the output projection, so many at a time that the logits [rows, part] stay small. */
export function vocabularyParts(weights: Weights, config: ModelConfig, rows: number): Tensor[] {
  const perPart = Math.max(1024, Math.floor(logitsAtOnce / rows / 1024) * 1024);
  return weights.parts(outputProjection(config), perPart);
}
