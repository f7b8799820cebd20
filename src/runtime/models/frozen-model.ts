import type { Checkpoint } from './checkpoint.ts';
import type { ModelConfig } from './config.ts';

/** What a graph needs of a model: how it computes, and where its weights lie. */
export interface FrozenModel {
  readonly config: ModelConfig;
  readonly checkpoint: Checkpoint;
}
