import { contextInputs, fromTheStart, keptNames, type Reach } from '../models/architectures/context.ts';
import type { ModelConfig } from '../models/config.ts';
import type { Feed } from '../onnxruntime/session.ts';
import { type BatchShape, batchFeeds, type Placed } from './batch.ts';
import type { Passes } from './model-graph.ts';

/** What stands before the rows of a run: nothing, or keys and values that earlier runs have given. */
export interface Past extends Reach {
  /** The inputs past_key_LAYER and past_value_LAYER, [batch, groups, capacity, headSize]. */
  readonly kept: Readonly<Record<string, Feed>>;
}

/** What one run of a model's graph is fed. */
export interface RunInputs {
  readonly placed: readonly Placed[];
  /** Rows whose logits are wanted. */
  readonly looked: Int32Array;
  /** Nothing when left out: the rows are the first ones. */
  readonly past?: Past | undefined;
  /** What the rows should emit, [B·R]; not of interest when left out. */
  readonly targets?: Int32Array;
  /** [B,R] and [B·R]. */
  readonly objective?: { readonly tokenWeights: Float32Array; readonly sharpness: Float32Array };
  readonly gradient: boolean;
}

/** No keys and values. */
export function nothingBefore(config: ModelConfig, batch: number): Past {
  const none = { values: new Float32Array(), shape: [batch, config.keyValueHeads, 0, config.headSize] };
  const layers = Array.from({ length: config.layers }, (_, layer) => keptNames(layer).past);
  return {
    ...fromTheStart,
    kept: Object.fromEntries(layers.flatMap(({ key, value }) => [key, value]).map(name => [name, none])),
  };
}

/** The values of all inputs of a model's graph but those that depend on the shape alone. */
export function runFeeds(
  config: ModelConfig,
  passes: Passes,
  shape: BatchShape,
  { placed, looked, past, targets, objective, gradient }: RunInputs,
): Record<string, Feed> {
  const { batch, positions } = shape;
  const rows = batch * positions;
  const before = past ?? nothingBefore(config, batch);
  const forward = {
    ...batchFeeds(shape, config.hiddenSize, placed),
    ...contextInputs(config, positions, before),
    ...before.kept,
    targets: { values: targets ?? new Int32Array(rows), shape: [rows, 1] },
    looked: { values: looked, shape: [looked.length] },
  };
  if (passes === 'forward') return forward;
  return {
    ...forward,
    token_weights: { values: objective?.tokenWeights ?? new Float32Array(rows), shape: [batch, positions] },
    sharpness: { values: objective?.sharpness ?? new Float32Array(rows).fill(1), shape: [rows, 1] },
    wants_gradient: { values: Uint8Array.of(gradient ? 1 : 0), shape: [1] },
  };
}
