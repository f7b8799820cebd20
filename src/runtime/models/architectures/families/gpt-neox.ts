import { z } from 'zod';
import type { Linear } from '../description.ts';
import {
  always,
  count,
  divided,
  everyLayer,
  family,
  layerCount,
  never,
  positive,
  readRotary,
  rotarySettings,
} from '../settings.ts';

const settings = z.object({
  hidden_size: count,
  num_hidden_layers: layerCount,
  num_attention_heads: count,
  intermediate_size: count,
  vocab_size: count,
  max_position_embeddings: count.default(2048),
  rotary_pct: z.number().positive().max(1).optional(),
  rotary_emb_base: positive.optional(),
  ...rotarySettings,
  layer_norm_eps: positive.default(1e-5),
  use_parallel_residual: z.boolean().default(true),
  tie_word_embeddings: z.boolean().default(false),
  hidden_act: always('gelu'),
  attention_bias: always(true),
  quantization_config: never,
});

/** GPT-NeoX, as Pythia uses it. */
export const gptNeoX = family(settings, (config, place) => {
  const [d, heads, inner] = [config.hidden_size, config.num_attention_heads, config.intermediate_size];
  const headSize = divided(d, heads, 'hidden_size is not a multiple of num_attention_heads', place);
  const defaults = { base: config.rotary_emb_base ?? 10000, share: config.rotary_pct ?? 0.25, mayBePartial: true };
  const { rotary, base, scaling, dimensions } = readRotary(config, headSize, defaults, place);
  const linear = (name: string, inputs: number, outputs: number): Linear => ({ name, inputs, outputs, bias: true });
  const sizes = {
    architecture: 'gpt_neox',
    hiddenSize: d,
    layers: config.num_hidden_layers,
    heads,
    headSize,
    intermediateSize: inner,
    vocabularySize: config.vocab_size,
    maximumPositions: config.max_position_embeddings,
  };
  return {
    ...sizes,
    identity: {
      ...sizes,
      rotaryDimensions: dimensions,
      rotaryBase: base,
      ...(scaling ? { rotaryScaling: scaling } : {}),
      normEpsilon: config.layer_norm_eps,
      parallelResidual: config.use_parallel_residual,
      tiedHead: config.tie_word_embeddings,
    },
    keyValueHeads: heads,
    layout: 'out-in',
    optionalPrefix: null,
    embedding: { name: 'gpt_neox.embed_in.weight', scale: 1 },
    positionEmbedding: null,
    head: config.tie_word_embeddings ? 'gpt_neox.embed_in.weight' : 'embed_out.weight',
    norm: { kind: 'layer', epsilon: config.layer_norm_eps, offset: 0 },
    finalNorm: 'gpt_neox.final_layer_norm',
    layerNames: 'gpt_neox.layers',
    norms: {
      beforeAttention: 'input_layernorm',
      afterAttention: null,
      beforeFeedForward: 'post_attention_layernorm',
      afterFeedForward: null,
    },
    parallel: config.use_parallel_residual,
    projections: { fused: linear('attention.query_key_value', d, 3 * d), order: 'head, then part' },
    queryKeyNorm: null,
    attentionScale: 1 / Math.sqrt(headSize),
    attentionOutput: linear('attention.dense', d, d),
    attention: everyLayer(config.num_hidden_layers, { rotary, window: null }),
    feedForward: {
      gate: null,
      up: linear('mlp.dense_h_to_4h', d, inner),
      down: linear('mlp.dense_4h_to_h', inner, d),
      activation: 'gelu',
    },
  };
});
