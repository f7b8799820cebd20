import { z } from 'zod';
import type { Activation, Linear } from '../description.ts';
import { always, count, divided, everyLayer, family, layerCount, never, positive } from '../settings.ts';

/** Names of one and the same function, of those that transformers has. */
const activations = { gelu_new: 'gelu-tanh', gelu_pytorch_tanh: 'gelu-tanh', gelu: 'gelu' } as const;

const settings = z.object({
  n_embd: count,
  n_layer: layerCount,
  n_head: count,
  n_inner: count.nullish(),
  vocab_size: count,
  n_positions: count.default(1024),
  layer_norm_epsilon: positive.default(1e-5),
  activation_function: z.enum(['gelu_new', 'gelu_pytorch_tanh', 'gelu']).default('gelu_new'),
  tie_word_embeddings: z.boolean().default(true),
  scale_attn_weights: always(true),
  scale_attn_by_inverse_layer_idx: always(false),
  add_cross_attention: always(false),
  quantization_config: never,
});

/** GPT-2: learned positions, weights as [inputs, outputs]. */
export const gpt2 = family(settings, (config, place) => {
  const [d, heads, inner] = [config.n_embd, config.n_head, config.n_inner ?? 4 * config.n_embd];
  const headSize = divided(d, heads, 'n_embd is not a multiple of n_head', place);
  const activation: Activation = activations[config.activation_function];
  const linear = (name: string, inputs: number, outputs: number): Linear => ({ name, inputs, outputs, bias: true });
  const sizes = {
    architecture: 'gpt2',
    hiddenSize: d,
    layers: config.n_layer,
    heads,
    headSize,
    intermediateSize: inner,
    vocabularySize: config.vocab_size,
    maximumPositions: config.n_positions,
  };
  return {
    ...sizes,
    identity: { ...sizes, activation, normEpsilon: config.layer_norm_epsilon, tiedHead: config.tie_word_embeddings },
    keyValueHeads: heads,
    layout: 'in-out',
    // The checkpoints of OpenAI lack it, those that transformers has saved have it.
    optionalPrefix: 'transformer.',
    embedding: { name: 'wte.weight', scale: 1 },
    positionEmbedding: 'wpe.weight',
    head: config.tie_word_embeddings ? 'wte.weight' : 'lm_head.weight',
    norm: { kind: 'layer', epsilon: config.layer_norm_epsilon, offset: 0 },
    finalNorm: 'ln_f',
    layerNames: 'h',
    norms: { beforeAttention: 'ln_1', afterAttention: null, beforeFeedForward: 'ln_2', afterFeedForward: null },
    parallel: false,
    projections: { fused: linear('attn.c_attn', d, 3 * d), order: 'part, then head' },
    queryKeyNorm: null,
    attentionScale: 1 / Math.sqrt(headSize),
    attentionOutput: linear('attn.c_proj', d, d),
    attention: everyLayer(config.n_layer, { rotary: null, window: null }),
    feedForward: { gate: null, up: linear('mlp.c_fc', d, inner), down: linear('mlp.c_proj', inner, d), activation },
  };
});
