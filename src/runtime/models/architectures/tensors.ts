import type { GptNeoXConfig, LlamaConfig, ModelConfig } from '../config.ts';

type Shapes = readonly (readonly [name: string, shape: readonly number[]])[];

function gptNeoX({ hiddenSize: d, intermediateSize, vocabularySize, layers, tiedHead }: GptNeoXConfig): Shapes {
  const biased = (name: string, rows: number, columns: number): Shapes => [
    [`${name}.weight`, [rows, columns]],
    [`${name}.bias`, [rows]],
  ];
  const norm = (name: string): Shapes => [
    [`${name}.weight`, [d]],
    [`${name}.bias`, [d]],
  ];
  const layer = (index: number): Shapes => {
    const name = `gpt_neox.layers.${index}`;
    return [
      ...norm(`${name}.input_layernorm`),
      ...norm(`${name}.post_attention_layernorm`),
      ...biased(`${name}.attention.query_key_value`, 3 * d, d),
      ...biased(`${name}.attention.dense`, d, d),
      ...biased(`${name}.mlp.dense_h_to_4h`, intermediateSize, d),
      ...biased(`${name}.mlp.dense_4h_to_h`, d, intermediateSize),
    ];
  };
  return [
    ['gpt_neox.embed_in.weight', [vocabularySize, d]],
    ...Array.from({ length: layers }, (_, index) => layer(index)).flat(),
    ...norm('gpt_neox.final_layer_norm'),
    ...(tiedHead ? [] : ([['embed_out.weight', [vocabularySize, d]]] as const)),
  ];
}

function llama({
  hiddenSize: d,
  intermediateSize,
  vocabularySize,
  layers,
  heads,
  keyValueHeads,
  headSize,
  tiedHead,
}: LlamaConfig): Shapes {
  const layer = (index: number): Shapes => {
    const name = `model.layers.${index}`;
    return [
      [`${name}.input_layernorm.weight`, [d]],
      [`${name}.post_attention_layernorm.weight`, [d]],
      [`${name}.self_attn.q_proj.weight`, [heads * headSize, d]],
      [`${name}.self_attn.k_proj.weight`, [keyValueHeads * headSize, d]],
      [`${name}.self_attn.v_proj.weight`, [keyValueHeads * headSize, d]],
      [`${name}.self_attn.o_proj.weight`, [d, heads * headSize]],
      [`${name}.mlp.gate_proj.weight`, [intermediateSize, d]],
      [`${name}.mlp.up_proj.weight`, [intermediateSize, d]],
      [`${name}.mlp.down_proj.weight`, [d, intermediateSize]],
    ];
  };
  return [
    ['model.embed_tokens.weight', [vocabularySize, d]],
    ...Array.from({ length: layers }, (_, index) => layer(index)).flat(),
    ['model.norm.weight', [d]],
    ...(tiedHead ? [] : ([['lm_head.weight', [vocabularySize, d]]] as const)),
  ];
}

/** Name and shape of every weight that a model of this configuration has; other tensors of a checkpoint are not used. */
export function expectedTensors(config: ModelConfig): Shapes {
  switch (config.architecture) {
    case 'gpt_neox':
      return gptNeoX(config);
    case 'llama':
      return llama(config);
  }
}
