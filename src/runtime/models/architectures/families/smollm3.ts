import { z } from 'zod';
import type { LayerAttention } from '../description.ts';
import { always, count, entriesOf, family, layerTypes, readRotary } from '../settings.ts';
import { decoder, decoderSettings, sizesOf } from './decoder.ts';

const settings = z.object({
  ...decoderSettings,
  num_key_value_heads: count.nullish().default(4),
  max_position_embeddings: count.default(32768),
  tie_word_embeddings: z.boolean().default(true),
  hidden_act: always('silu'),
  attention_bias: always(false),
  mlp_bias: always(false),
  no_rope_layers: z.array(z.union([z.literal(0), z.literal(1)])).nullish(),
  no_rope_layer_interval: count.default(4),
  use_sliding_window: z.boolean().default(false),
  sliding_window: count.nullish(),
  layer_types: layerTypes,
});

/** Some layers without rotary embedding: those with a 0 in `no_rope_layers`, else every fourth. */
export const smolLm3 = family(settings, (config, place) => {
  const sizes = sizesOf(config, 'smollm3', place);
  const { layers, headSize } = sizes;
  const defaults = { base: 2_000_000, share: 1, mayBePartial: false };
  const { rotary, base, scaling } = readRotary(config, headSize, defaults, place);
  const turning = entriesOf(
    config.no_rope_layers ??
      Array.from({ length: layers }, (_, layer) => ((layer + 1) % config.no_rope_layer_interval ? 1 : 0)),
    layers,
    'no_rope_layers',
    place,
  );
  const window = config.use_sliding_window ? (config.sliding_window ?? null) : null;
  const types = config.layer_types ?? turning.map(turns => (turns ? 'full_attention' : 'sliding_attention'));
  const attention = entriesOf(types, layers, 'layer_types', place).map(
    (type, layer): LayerAttention => ({
      rotary: turning[layer] ? rotary : null,
      window: type === 'sliding_attention' ? window : null,
    }),
  );
  const windows = attention.map(layer => layer.window);
  return decoder(config, sizes, {
    identity: { rotaryBase: base, rotaryScaling: scaling, turning, windows },
    attention,
  });
});
