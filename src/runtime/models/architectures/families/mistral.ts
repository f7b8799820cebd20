import { z } from 'zod';
import { always, count, everyLayer, family, never, readRotary } from '../settings.ts';
import { decoder, decoderSettings, sizesOf } from './decoder.ts';

const settings = z.object({
  ...decoderSettings,
  num_key_value_heads: count.nullish().default(8),
  max_position_embeddings: count.default(131072),
  hidden_act: always('silu'),
  sliding_window: count.nullish().default(4096),
  layer_types: never,
});

/** A window in every layer. */
export const mistral = family(settings, (config, place) => {
  const sizes = sizesOf(config, 'mistral', place);
  const defaults = { base: 10000, share: 1, mayBePartial: false };
  const { rotary, base, scaling } = readRotary(config, sizes.headSize, defaults, place);
  const window = config.sliding_window;
  return decoder(config, sizes, {
    identity: { rotaryBase: base, rotaryScaling: scaling, window },
    attention: everyLayer(sizes.layers, { rotary, window }),
  });
});
