import { z } from 'zod';
import { always, count, everyLayer, family, positive, readRotary } from '../settings.ts';
import { decoder, decoderSettings, sizesOf } from './decoder.ts';

const settings = z.object({
  ...decoderSettings,
  max_position_embeddings: count.default(2048),
  rms_norm_eps: positive.default(1e-5),
  hidden_act: always('silu'),
  attention_bias: always(false),
});

/** Norms after both halves of a layer, and of queries and keys, all heads as one row. */
export const olmo2 = family(settings, (config, place) => {
  const sizes = sizesOf(config, 'olmo2', place);
  const defaults = { base: 10000, share: 1, mayBePartial: false };
  const { rotary, base, scaling } = readRotary(config, sizes.headSize, defaults, place);
  return decoder(config, sizes, {
    identity: { rotaryBase: base, rotaryScaling: scaling },
    attention: everyLayer(sizes.layers, { rotary, window: null }),
    norms: {
      beforeAttention: null,
      afterAttention: 'post_attention_layernorm',
      beforeFeedForward: null,
      afterFeedForward: 'post_feedforward_layernorm',
    },
    queryKeyNorm: { query: 'self_attn.q_norm', key: 'self_attn.k_norm', over: 'all heads' },
  });
});
