import { z } from 'zod';
import type { LayerAttention } from '../description.ts';
import {
  always,
  count,
  entriesOf,
  family,
  layerTypes,
  never,
  positive,
  readRotary,
  rotarySettings,
} from '../settings.ts';
import { decoder, decoderSettings, normOfHeads, sizesOf } from './decoder.ts';

const oneOfBoth = z.object(rotarySettings).shape.rope_parameters;

const settings = z.object({
  ...decoderSettings,
  head_dim: count.default(256),
  num_key_value_heads: count.nullish().default(4),
  max_position_embeddings: count.default(131072),
  tie_word_embeddings: z.boolean().default(true),
  /** In the spelling of transformers 5 one for each kind of layer. */
  rope_parameters: z.object({ full_attention: oneOfBoth, sliding_attention: oneOfBoth }).nullish(),
  rope_local_base_freq: positive.default(10000),
  query_pre_attn_scalar: positive.default(256),
  sliding_window: count.nullish().default(4096),
  sliding_window_pattern: count.optional(),
  _sliding_window_pattern: count.optional(),
  layer_types: layerTypes,
  hidden_activation: always('gelu_pytorch_tanh'),
  attention_bias: always(false),
  use_bidirectional_attention: always<false | null>(false, null),
  final_logit_softcapping: never,
  attn_logit_softcapping: never,
});

/**
 * Gemma 3 without pictures: norms before and after both halves of a layer, weights of norms less one, a scaled embedding,
 * and layers that see a window and turn by a base of their own.
 */
export const gemma3 = family(settings, (config, place) => {
  const { rope_parameters: parameters, ...rest } = config;
  const sizes = sizesOf(rest, 'gemma3_text', place);
  const { layers, headSize } = sizes;
  const turning = (given: typeof oneOfBoth._output, base: number) =>
    readRotary({ rope_parameters: given }, headSize, { base, share: 1, mayBePartial: false }, place);
  const far = parameters
    ? turning(parameters.full_attention, 1_000_000)
    : readRotary(rest, headSize, { base: 1_000_000, share: 1, mayBePartial: false }, place);
  const near = turning(parameters?.sliding_attention, config.rope_local_base_freq);
  const period = config._sliding_window_pattern ?? config.sliding_window_pattern ?? 6;
  const types =
    config.layer_types ??
    Array.from({ length: layers }, (_, layer) => ((layer + 1) % period ? 'sliding_attention' : 'full_attention'));
  const attention = entriesOf(types, layers, 'layer_types', place).map(
    (type): LayerAttention =>
      type === 'sliding_attention'
        ? { rotary: near.rotary, window: config.sliding_window }
        : { rotary: far.rotary, window: null },
  );
  return decoder(rest, sizes, {
    identity: {
      rotaries: [far, near].map(({ base, scaling }) => ({ base, scaling })),
      types,
      window: config.sliding_window,
      attentionScalar: config.query_pre_attn_scalar,
    },
    attention,
    norms: {
      beforeAttention: 'input_layernorm',
      afterAttention: 'post_attention_layernorm',
      beforeFeedForward: 'pre_feedforward_layernorm',
      afterFeedForward: 'post_feedforward_layernorm',
    },
    queryKeyNorm: normOfHeads,
    normOffset: 1,
    attentionScale: 1 / Math.sqrt(config.query_pre_attn_scalar),
    // In float32: transformers rounds it to the type that the weights are loaded in.
    embeddingScale: Math.sqrt(sizes.hiddenSize),
    activation: 'gelu-tanh',
  });
});
