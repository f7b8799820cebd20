import { type ModelConfig, parseConfig } from '../src/runtime/models/config.ts';

/** A model whose weights are random: only its shape matters for speed and memory. */
export interface BenchmarkShape {
  readonly name: string;
  /** What config.json says, in the spelling of Hugging Face. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/** As the hub's config.json says. */
export const llama1B: BenchmarkShape = {
  name: 'Llama-3.2-1B',
  settings: {
    model_type: 'llama',
    hidden_size: 2048,
    num_hidden_layers: 16,
    num_attention_heads: 32,
    num_key_value_heads: 8,
    head_dim: 64,
    intermediate_size: 8192,
    vocab_size: 128256,
    max_position_embeddings: 131072,
    rope_theta: 500000,
    rope_scaling: {
      rope_type: 'llama3',
      factor: 32,
      low_freq_factor: 1,
      high_freq_factor: 4,
      original_max_position_embeddings: 8192,
    },
    rms_norm_eps: 1e-5,
    tie_word_embeddings: true,
    hidden_act: 'silu',
  },
};

export const shapes: readonly BenchmarkShape[] = [
  {
    name: 'Pythia-160M',
    settings: {
      model_type: 'gpt_neox',
      hidden_size: 768,
      num_hidden_layers: 12,
      num_attention_heads: 12,
      intermediate_size: 3072,
      vocab_size: 50304,
      max_position_embeddings: 2048,
      rotary_pct: 0.25,
      rotary_emb_base: 10000,
      layer_norm_eps: 1e-5,
      use_parallel_residual: true,
      tie_word_embeddings: false,
      hidden_act: 'gelu',
    },
  },
  { name: 'Llama-3.2-1B, 4 layers', settings: { ...llama1B.settings, num_hidden_layers: 4 } },
];

export function configOf({ name, settings }: BenchmarkShape): ModelConfig {
  return parseConfig(settings, name);
}
