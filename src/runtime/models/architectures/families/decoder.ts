import { z } from 'zod';
import type { Activation, LayerAttention, LayerNorms, Linear, ModelConfig, QueryKeyNorm } from '../description.ts';
import { count, divided, layerCount, never, positive, rotarySettings } from '../settings.ts';

/** Settings of all families that name their tensors as Llama does. */
export const decoderSettings = {
  hidden_size: count,
  num_hidden_layers: layerCount,
  num_attention_heads: count,
  num_key_value_heads: count.nullish(),
  head_dim: count.nullish(),
  intermediate_size: count,
  vocab_size: count,
  max_position_embeddings: count,
  ...rotarySettings,
  rms_norm_eps: positive.default(1e-6),
  tie_word_embeddings: z.boolean().default(false),
  quantization_config: never,
};

export type DecoderSettings = z.output<z.ZodObject<typeof decoderSettings>>;

/** Norms before both halves of a layer. */
export const normsBefore: LayerNorms = {
  beforeAttention: 'input_layernorm',
  afterAttention: null,
  beforeFeedForward: 'post_attention_layernorm',
  afterFeedForward: null,
};

/** A norm of each head by itself. */
export const normOfHeads: QueryKeyNorm = { query: 'self_attn.q_norm', key: 'self_attn.k_norm', over: 'head' };

/** The sizes that a configuration gives. @throws UserError when they do not fit each other. */
export function sizesOf(config: DecoderSettings, architecture: string, place: string) {
  const heads = config.num_attention_heads;
  const keyValueHeads = config.num_key_value_heads ?? heads;
  divided(heads, keyValueHeads, 'num_attention_heads is not a multiple of num_key_value_heads', place);
  return {
    architecture,
    hiddenSize: config.hidden_size,
    layers: config.num_hidden_layers,
    heads,
    keyValueHeads,
    headSize:
      config.head_dim ??
      divided(config.hidden_size, heads, 'hidden_size is not a multiple of num_attention_heads', place),
    intermediateSize: config.intermediate_size,
    vocabularySize: config.vocab_size,
    maximumPositions: config.max_position_embeddings,
  };
}

/** In what a family differs from Llama. */
export interface Variation {
  /** What distinguishes a model beside its sizes, its epsilon and whether its head is tied. */
  readonly identity: Readonly<Record<string, unknown>>;
  readonly attention: readonly LayerAttention[];
  readonly norms?: LayerNorms;
  /** Of query, key and value. */
  readonly projectionBias?: boolean;
  readonly queryKeyNorm?: QueryKeyNorm;
  readonly normOffset?: 0 | 1;
  readonly attentionScale?: number;
  readonly embeddingScale?: number;
  readonly activation?: Activation;
}

/** A model with tensors named as Llama's: grouped queries, RMS norms, a gated feed-forward half. */
export function decoder(config: DecoderSettings, sizes: ReturnType<typeof sizesOf>, variation: Variation): ModelConfig {
  const { hiddenSize: d, heads, keyValueHeads, headSize, intermediateSize: inner } = sizes;
  const linear = (name: string, inputs: number, outputs: number, bias = false): Linear => ({
    name,
    inputs,
    outputs,
    bias,
  });
  const projected = (name: string, count: number): Linear =>
    linear(`self_attn.${name}`, d, count * headSize, variation.projectionBias);
  const [embedding, tiedHead] = ['model.embed_tokens.weight', config.tie_word_embeddings];
  return {
    ...sizes,
    identity: { ...sizes, ...variation.identity, normEpsilon: config.rms_norm_eps, tiedHead },
    layout: 'out-in',
    optionalPrefix: null,
    embedding: { name: embedding, scale: variation.embeddingScale ?? 1 },
    positionEmbedding: null,
    head: tiedHead ? embedding : 'lm_head.weight',
    norm: { kind: 'rms', epsilon: config.rms_norm_eps, offset: variation.normOffset ?? 0 },
    finalNorm: 'model.norm',
    layerNames: 'model.layers',
    norms: variation.norms ?? normsBefore,
    parallel: false,
    projections: {
      query: projected('q_proj', heads),
      key: projected('k_proj', keyValueHeads),
      value: projected('v_proj', keyValueHeads),
    },
    queryKeyNorm: variation.queryKeyNorm ?? null,
    attentionScale: variation.attentionScale ?? 1 / Math.sqrt(headSize),
    attentionOutput: linear('self_attn.o_proj', heads * headSize, d),
    attention: variation.attention,
    feedForward: {
      gate: linear('mlp.gate_proj', d, inner),
      up: linear('mlp.up_proj', d, inner),
      down: linear('mlp.down_proj', inner, d),
      activation: variation.activation ?? 'silu',
    },
  };
}
