import type { GraphBuilder } from '../../graph/graph.ts';
import type { Tensor } from '../../graph/tensor.ts';
import type { GptNeoXConfig } from '../config.ts';
import type { Weights } from '../weights.ts';
import { type AttentionContext, causalAttention } from './attention.ts';
import { plainRows, type Rows } from './rows.ts';

/** GPT-NeoX, as Pythia uses it: rows in, hidden states [batch · positions, d] after the final norm out. */
export function gptNeoX(
  graph: GraphBuilder,
  config: GptNeoXConfig,
  weights: Weights,
  input: Rows,
  context: AttentionContext,
): Tensor {
  const residual = gptNeoXResidual(graph, config, weights, input, context);
  return norm(graph, config, weights, 'gpt_neox.final_layer_norm', residual);
}

/** What all layers leave of the rows, [batch · positions, d] before the final norm. */
export function gptNeoXResidual(
  graph: GraphBuilder,
  config: GptNeoXConfig,
  weights: Weights,
  input: Rows,
  context: AttentionContext,
): Tensor {
  const { batch, positions } = input;
  let rows = input;
  for (let index = 0; index < config.layers; index++)
    rows = plainRows(batch, positions, layer(graph, config, weights, `gpt_neox.layers.${index}`, rows, context));
  return rows.distinct;
}

/** Parallel: x + attention(norm₁ x) + mlp(norm₂ x). Sequential: the mlp sees what attention has added. */
function layer(
  graph: GraphBuilder,
  config: GptNeoXConfig,
  weights: Weights,
  name: string,
  rows: Rows,
  context: AttentionContext,
): Tensor {
  const x = rows.distinct;
  const attended = attention(
    graph,
    config,
    weights,
    `${name}.attention`,
    rows,
    norm(graph, config, weights, `${name}.input_layernorm`, x),
    context,
  );
  const feedForward = (values: Tensor): Tensor =>
    mlp(graph, weights, `${name}.mlp`, norm(graph, config, weights, `${name}.post_attention_layernorm`, values));
  if (config.parallelResidual) return graph.add(rows.expand(graph.add(x, feedForward(x))), attended);
  const residual = graph.add(rows.expand(x), attended);
  return graph.add(residual, feedForward(residual));
}

/** The fused projection holds query, key and value of one head side by side. */
function attention(
  graph: GraphBuilder,
  config: GptNeoXConfig,
  weights: Weights,
  name: string,
  rows: Rows,
  normed: Tensor,
  context: AttentionContext,
): Tensor {
  const { batch, positions } = rows;
  const { heads, headSize } = config;
  const fused = rows.expand(project(graph, weights, `${name}.query_key_value`, normed));
  const byHead = graph.transpose(graph.reshape(fused, [batch, positions, heads, 3 * headSize]), [0, 2, 1, 3]);
  const [query, key, value] = graph.applyAll('Split', [byHead], { axis: 3, sizes: [headSize, headSize, headSize] });
  if (!query || !key || !value) throw new Error('the fused projection did not split');
  const grouped = graph.reshape(query, [batch, heads, 1, positions, headSize]);
  return project(graph, weights, `${name}.dense`, causalAttention(graph, context, grouped, key, value));
}

function mlp(graph: GraphBuilder, weights: Weights, name: string, x: Tensor): Tensor {
  const wide = graph.apply('Gelu', [project(graph, weights, `${name}.dense_h_to_4h`, x)], {});
  return project(graph, weights, `${name}.dense_4h_to_h`, wide);
}

function project(graph: GraphBuilder, weights: Weights, name: string, x: Tensor): Tensor {
  return graph.linear(x, weights.get(`${name}.weight`), weights.get(`${name}.bias`));
}

function norm(graph: GraphBuilder, { normEpsilon }: GptNeoXConfig, weights: Weights, name: string, x: Tensor): Tensor {
  return graph.apply('LayerNorm', [x, weights.get(`${name}.weight`), weights.get(`${name}.bias`)], {
    epsilon: normEpsilon,
  });
}
