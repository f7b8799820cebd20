import type { Rotary } from './rotary.ts';

/** A linear map of rows, [m, inputs] -> [m, outputs]. */
export interface Linear {
  /** Of its weight and its bias: NAME.weight and NAME.bias. */
  readonly name: string;
  readonly inputs: number;
  readonly outputs: number;
  readonly bias: boolean;
}

/** How positions reach the attention of one layer, and which of them it sees. */
export interface LayerAttention {
  /** How its queries and keys turn with their position, one object for all layers that turn alike; null where they do not. */
  readonly rotary: Rotary | null;
  /** Positions that a row sees, itself among them: so many last ones, or all before it. */
  readonly window: number | null;
}

/** Query, key and value: three maps, or one with all that belongs to a head side by side or one after another. */
export type Projections =
  | { readonly query: Linear; readonly key: Linear; readonly value: Linear }
  | { readonly fused: Linear; readonly order: 'head, then part' | 'part, then head' };

/** A norm of queries and keys, of each head by itself or of all heads as one row. */
export interface QueryKeyNorm {
  readonly query: string;
  readonly key: string;
  readonly over: 'head' | 'all heads';
}

export type Activation = 'silu' | 'gelu' | 'gelu-tanh';

/** down(activation(up x)), or with a gate down(activation(gate x) · up x). */
export interface FeedForward {
  readonly gate: Linear | null;
  readonly up: Linear;
  readonly down: Linear;
  readonly activation: Activation;
}

/** Norms around the two halves of a layer; null where there is none. */
export interface LayerNorms {
  readonly beforeAttention: string | null;
  readonly afterAttention: string | null;
  readonly beforeFeedForward: string | null;
  readonly afterFeedForward: string | null;
}

/**
 * What a model of any family computes, as data: nothing else is read where it is computed. Names of tensors within a
 * layer are relative to LAYERS.INDEX.
 */
export interface ModelConfig {
  /** `model_type` of its config.json. */
  readonly architecture: string;
  /** What distinguishes it from other models of its family; the fingerprint is made of it and must not change. */
  readonly identity: Readonly<Record<string, unknown>>;
  readonly hiddenSize: number;
  readonly layers: number;
  readonly heads: number;
  /** Heads of keys and values: fewer than those of queries where several queries share one. */
  readonly keyValueHeads: number;
  readonly headSize: number;
  readonly intermediateSize: number;
  readonly vocabularySize: number;
  readonly maximumPositions: number;
  /** Whether the weight of a linear map is [outputs, inputs] or [inputs, outputs]. */
  readonly layout: 'out-in' | 'in-out';
  /** What may stand before the names of all tensors of a checkpoint, beside nothing. */
  readonly optionalPrefix: string | null;
  /** The matrix [vocabulary, d] of which a token's input is a row, times the scale. */
  readonly embedding: { readonly name: string; readonly scale: number };
  /** The matrix [positions, d] whose rows are added to the inputs; null where there is none. */
  readonly positionEmbedding: string | null;
  /** The matrix [vocabulary, d] that turns hidden states into logits; that of the embedding where they are tied. */
  readonly head: string;
  /** y = x̂ · (weight + offset), and + bias where x is centered. */
  readonly norm: { readonly kind: 'layer' | 'rms'; readonly epsilon: number; readonly offset: 0 | 1 };
  readonly finalNorm: string;
  readonly layerNames: string;
  readonly norms: LayerNorms;
  /** Whether the feed-forward half sees what the layer is given, and not what attention has added to it. */
  readonly parallel: boolean;
  readonly projections: Projections;
  readonly queryKeyNorm: QueryKeyNorm | null;
  /** Factor on the products of queries and keys. */
  readonly attentionScale: number;
  readonly attentionOutput: Linear;
  /** For each layer. */
  readonly attention: readonly LayerAttention[];
  readonly feedForward: FeedForward;
}
