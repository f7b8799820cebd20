import { z } from 'zod';
import { always, count, everyLayer, family, readRotary } from '../settings.ts';
import { decoder, decoderSettings, sizesOf } from './decoder.ts';

const settings = z.object({
  ...decoderSettings,
  max_position_embeddings: count.default(2048),
  hidden_act: always('silu'),
  attention_bias: always(false),
  mlp_bias: always(false),
  pretraining_tp: always(1),
});

export const llama = family(settings, (config, place) => {
  const sizes = sizesOf(config, 'llama', place);
  const defaults = { base: 10000, share: 1, mayBePartial: false };
  const { rotary, base, scaling } = readRotary(config, sizes.headSize, defaults, place);
  return decoder(config, sizes, {
    identity: { rotaryBase: base, rotaryScaling: scaling },
    attention: everyLayer(sizes.layers, { rotary, window: null }),
  });
});
