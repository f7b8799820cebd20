import { z } from 'zod';
import type { LayerAttention } from '../description.ts';
import { always, count, entriesOf, family, layerTypes, readRotary } from '../settings.ts';
import { decoder, decoderSettings, normOfHeads, sizesOf } from './decoder.ts';

const common = {
  ...decoderSettings,
  max_position_embeddings: count.default(32768),
  hidden_act: always('silu'),
  use_sliding_window: z.boolean().default(false),
  sliding_window: count.nullish(),
  max_window_layers: z.number().int().min(0).default(28),
  layer_types: layerTypes,
};
const qwen2Settings = z.object({ ...common, use_mrope: always(false) });
const qwen3Settings = z.object({ ...common, head_dim: count.nullish().default(128), attention_bias: always(false) });

/** The layers from `max_window_layers` on see a window, where windows are used at all. */
function attentionOf(config: z.output<typeof qwen2Settings>, layers: number, headSize: number, place: string) {
  const defaults = { base: 10000, share: 1, mayBePartial: false };
  const { rotary, base, scaling } = readRotary(config, headSize, defaults, place);
  const window = config.use_sliding_window ? (config.sliding_window ?? null) : null;
  const types =
    config.layer_types ??
    Array.from({ length: layers }, (_, layer) =>
      window !== null && layer >= config.max_window_layers ? 'sliding_attention' : 'full_attention',
    );
  const attention = entriesOf(types, layers, 'layer_types', place).map(
    (type): LayerAttention => ({ rotary, window: type === 'sliding_attention' ? window : null }),
  );
  const windows = attention.map(layer => layer.window);
  return { attention, identity: { rotaryBase: base, rotaryScaling: scaling, windows } };
}

/** Biases of query, key and value. */
export const qwen2 = family(qwen2Settings, (config, place) => {
  const sizes = sizesOf(config, 'qwen2', place);
  const attention = attentionOf(config, sizes.layers, sizes.headSize, place);
  return decoder(config, sizes, { ...attention, projectionBias: true });
});

/** Norms of queries and keys. */
export const qwen3 = family(qwen3Settings, (config, place) => {
  const sizes = sizesOf(config, 'qwen3', place);
  const attention = attentionOf(config, sizes.layers, sizes.headSize, place);
  return decoder(config, sizes, { ...attention, queryKeyNorm: normOfHeads });
});
