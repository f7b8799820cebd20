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

/** A Pythia model as its config.json on the hub says; all have heads of a size that follows from these. */
const pythia = (name: string, width: number, layers: number, heads: number): BenchmarkShape => ({
  name,
  settings: {
    model_type: 'gpt_neox',
    hidden_size: width,
    num_hidden_layers: layers,
    num_attention_heads: heads,
    intermediate_size: 4 * width,
    vocab_size: 50304,
    max_position_embeddings: 2048,
    rotary_pct: 0.25,
    rotary_emb_base: 10000,
    layer_norm_eps: 1e-5,
    use_parallel_residual: true,
    tie_word_embeddings: false,
    hidden_act: 'gelu',
  },
});

const pythia160M = pythia('Pythia-160M', 768, 12, 12);
const largerLlama = (name: string, settings: BenchmarkShape['settings']): BenchmarkShape => ({
  name,
  settings: { ...llama1B.settings, head_dim: 128, ...settings },
});

export const shapes: readonly BenchmarkShape[] = [
  pythia160M,
  { name: 'Llama-3.2-1B cut to 4 layers', settings: { ...llama1B.settings, num_hidden_layers: 4 } },
];

/** A checkpoint as the hub has it: element type, and into how many files it is cut. */
export interface FullSize {
  readonly shape: BenchmarkShape;
  readonly dtype: 'F16' | 'BF16';
  readonly shards: number;
}

/** The six models of the paper. */
export const fullSizes: readonly FullSize[] = [
  { shape: pythia160M, dtype: 'F16', shards: 1 },
  { shape: pythia('Pythia-410M', 1024, 24, 16), dtype: 'F16', shards: 1 },
  { shape: llama1B, dtype: 'BF16', shards: 1 },
  { shape: pythia('Pythia-1.4B', 2048, 24, 16), dtype: 'F16', shards: 1 },
  {
    shape: largerLlama('Llama-3.2-3B', { hidden_size: 3072, num_hidden_layers: 28, num_attention_heads: 24 }),
    dtype: 'BF16',
    shards: 2,
  },
  {
    shape: largerLlama('Llama-3.1-8B', {
      hidden_size: 4096,
      num_hidden_layers: 32,
      intermediate_size: 14336,
      rope_scaling: {
        rope_type: 'llama3',
        factor: 8,
        low_freq_factor: 1,
        high_freq_factor: 4,
        original_max_position_embeddings: 8192,
      },
      tie_word_embeddings: false,
    }),
    dtype: 'BF16',
    shards: 4,
  },
];

export function configOf({ name, settings }: BenchmarkShape): ModelConfig {
  return parseConfig(settings, name);
}
