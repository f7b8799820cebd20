import type { GraphBuilder } from '../../graph/graph.ts';
import type { Tensor } from '../../graph/tensor.ts';
import type { LlamaConfig } from '../config.ts';
import type { Weights } from '../weights.ts';
import { type AttentionContext, causalAttention } from './attention.ts';
import { plainRows, type Rows } from './rows.ts';

/** Llama: rows in, hidden states [batch · positions, d] after the final norm out. */
export function llama(
  graph: GraphBuilder,
  config: LlamaConfig,
  weights: Weights,
  input: Rows,
  context: AttentionContext,
): Tensor {
  return norm(graph, config, weights, 'model.norm', llamaResidual(graph, config, weights, input, context));
}

/** What all layers leave of the rows, [batch · positions, d] before the final norm. */
export function llamaResidual(
  graph: GraphBuilder,
  config: LlamaConfig,
  weights: Weights,
  input: Rows,
  context: AttentionContext,
): Tensor {
  const { batch, positions } = input;
  let rows = input;
  for (let index = 0; index < config.layers; index++)
    rows = plainRows(batch, positions, layer(graph, config, weights, `model.layers.${index}`, rows, context));
  return rows.distinct;
}

function layer(
  graph: GraphBuilder,
  config: LlamaConfig,
  weights: Weights,
  name: string,
  rows: Rows,
  context: AttentionContext,
): Tensor {
  const normed = norm(graph, config, weights, `${name}.input_layernorm`, rows.distinct);
  const residual = graph.add(
    rows.expand(rows.distinct),
    attention(graph, config, weights, `${name}.self_attn`, rows, normed, context),
  );
  return graph.add(
    residual,
    mlp(graph, weights, `${name}.mlp`, norm(graph, config, weights, `${name}.post_attention_layernorm`, residual)),
  );
}

function attention(
  graph: GraphBuilder,
  config: LlamaConfig,
  weights: Weights,
  name: string,
  rows: Rows,
  normed: Tensor,
  context: AttentionContext,
): Tensor {
  const { batch, positions } = rows;
  const { heads, keyValueHeads: groups, headSize } = config;
  const project = (projection: string): Tensor =>
    rows.expand(graph.linear(normed, weights.get(`${name}.${projection}.weight`)));
  const perGroup = heads / groups;
  const query = graph.transpose(
    graph.reshape(project('q_proj'), [batch, positions, groups, perGroup, headSize]),
    [0, 2, 3, 1, 4],
  );
  const byGroup = (x: Tensor): Tensor =>
    graph.transpose(graph.reshape(x, [batch, positions, groups, headSize]), [0, 2, 1, 3]);
  const mixed = causalAttention(graph, context, query, byGroup(project('k_proj')), byGroup(project('v_proj')));
  return graph.linear(mixed, weights.get(`${name}.o_proj.weight`));
}

/** SwiGLU */
function mlp(graph: GraphBuilder, weights: Weights, name: string, x: Tensor): Tensor {
  const gate = graph.apply('Silu', [graph.linear(x, weights.get(`${name}.gate_proj.weight`))], {});
  const wide = graph.multiply(gate, graph.linear(x, weights.get(`${name}.up_proj.weight`)));
  return graph.linear(wide, weights.get(`${name}.down_proj.weight`));
}

function norm(graph: GraphBuilder, { normEpsilon }: LlamaConfig, weights: Weights, name: string, x: Tensor): Tensor {
  return graph.apply('RmsNorm', [x, weights.get(`${name}.weight`)], { epsilon: normEpsilon });
}
