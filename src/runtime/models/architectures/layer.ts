import type { GraphBuilder } from '../../graph/graph.ts';
import { extent, type Tensor } from '../../graph/tensor.ts';
import type { Weights } from '../weights.ts';
import { causalAttention } from './attention.ts';
import type { AttentionContext } from './context.ts';
import type { Linear, ModelConfig } from './description.ts';
import { plainRows, type Rows } from './rows.ts';
import { layerName } from './tensors.ts';

/** The blocks of one layer: its tensors by their names within it. */
class Layer {
  private readonly prefix: string;

  constructor(
    private readonly graph: GraphBuilder,
    private readonly config: ModelConfig,
    private readonly weights: Weights,
    private readonly context: AttentionContext,
    private readonly index: number,
  ) {
    this.prefix = layerName(config, index);
  }

  /**
   * Sequential: the feed-forward half sees what attention has added. Parallel: x + attention(norm₁ x) + feedForward(norm₂ x).
   *
   * @returns [batch · positions, d]
   */
  apply(rows: Rows): Tensor {
    const x = rows.distinct;
    const attended = this.attention(rows);
    if (this.config.parallel) return this.graph.add(rows.expand(this.graph.add(x, this.feedForward(x))), attended);
    const residual = this.graph.add(rows.expand(x), attended);
    return this.graph.add(residual, this.feedForward(residual));
  }

  private attention(rows: Rows): Tensor {
    const { norms, attentionOutput } = this.config;
    const [query, key, value] = this.projected(rows, this.normed(norms.beforeAttention, rows.distinct));
    const mixed = causalAttention(this.graph, this.context.layer(this.index), query, key, value);
    return this.normed(norms.afterAttention, this.linear(attentionOutput, mixed));
  }

  /** Query [batch, groups, heads per group, n, headSize], key and value [batch, groups, n, headSize] of normed rows. */
  private projected(rows: Rows, normed: Tensor): readonly [query: Tensor, key: Tensor, value: Tensor] {
    const { graph } = this;
    const { batch, positions } = rows;
    const { heads, keyValueHeads: groups, headSize, projections, queryKeyNorm } = this.config;
    const perHead = (query: Tensor): Tensor =>
      graph.reshape(query, [batch, groups, heads / groups, positions, headSize]);
    if ('fused' in projections) {
      const [query, key, value] = this.split(rows, rows.expand(this.linear(projections.fused, normed)));
      return [perHead(query), key, value];
    }
    const projectedBy = (map: Linear, norm: string | undefined): Tensor =>
      rows.expand(this.normedHeads(norm, this.linear(map, normed)));
    const query = graph.transpose(
      graph.reshape(projectedBy(projections.query, queryKeyNorm?.query), [
        batch,
        positions,
        groups,
        heads / groups,
        headSize,
      ]),
      [0, 2, 3, 1, 4],
    );
    const byGroup = (x: Tensor): Tensor =>
      graph.transpose(graph.reshape(x, [batch, positions, groups, headSize]), [0, 2, 1, 3]);
    return [
      query,
      byGroup(projectedBy(projections.key, queryKeyNorm?.key)),
      byGroup(projectedBy(projections.value, undefined)),
    ];
  }

  /** The parts [batch, heads, n, headSize] of a fused projection [batch · n, 3 · heads · headSize]. */
  private split({ batch, positions }: Rows, fused: Tensor): readonly [Tensor, Tensor, Tensor] {
    const { graph } = this;
    const { heads, headSize, projections } = this.config;
    const byHead =
      'fused' in projections && projections.order === 'part, then head'
        ? graph.reshape(
            graph.transpose(graph.reshape(fused, [batch, positions, 3, heads, headSize]), [0, 3, 1, 2, 4]),
            [batch, heads, positions, 3 * headSize],
          )
        : graph.transpose(graph.reshape(fused, [batch, positions, heads, 3 * headSize]), [0, 2, 1, 3]);
    const [query, key, value] = graph.applyAll('Split', [byHead], { axis: 3, sizes: [headSize, headSize, headSize] });
    if (!query || !key || !value) throw new Error('the fused projection did not split');
    return [query, key, value];
  }

  private feedForward(x: Tensor): Tensor {
    const { graph } = this;
    const { norms, feedForward } = this.config;
    const normed = this.normed(norms.beforeFeedForward, x);
    const gate = feedForward.gate && this.activated(this.linear(feedForward.gate, normed));
    const up = this.linear(feedForward.up, normed);
    const wide = gate ? graph.multiply(gate, up) : this.activated(up);
    return this.normed(norms.afterFeedForward, this.linear(feedForward.down, wide));
  }

  private activated(x: Tensor): Tensor {
    switch (this.config.feedForward.activation) {
      case 'silu':
        return this.graph.apply('Silu', [x], {});
      case 'gelu':
        return this.graph.apply('Gelu', [x], {});
      case 'gelu-tanh':
        return this.graph.apply('GeluTanh', [x], {});
    }
  }

  private linear({ name, bias }: Linear, x: Tensor): Tensor {
    const full = `${this.prefix}.${name}`;
    const weight = this.weights.get(`${full}.weight`);
    const shift = bias ? this.weights.get(`${full}.bias`) : undefined;
    if (this.config.layout === 'out-in') return this.graph.linear(x, weight, shift);
    return this.graph.apply('Gemm', shift ? [x, weight, shift] : [x, weight], { transposeB: false });
  }

  private normed(name: string | null, x: Tensor): Tensor {
    return name === null ? x : norm(this.graph, this.config, this.weights, `${this.prefix}.${name}`, x);
  }

  /** Queries or keys of all heads, [m, heads · headSize], after their norm. */
  private normedHeads(name: string | undefined, x: Tensor): Tensor {
    if (name === undefined) return x;
    const { headSize, queryKeyNorm } = this.config;
    if (queryKeyNorm?.over !== 'head') return this.normed(name, x);
    const [rows, width] = [extent(x.shape, 0), extent(x.shape, 1)];
    const heads = this.graph.reshape(x, [(rows * width) / headSize, headSize]);
    return this.graph.reshape(this.normed(name, heads), [rows, width]);
  }
}

/** The norm that a model uses everywhere, with the weights of one place. */
export function norm(graph: GraphBuilder, { norm }: ModelConfig, weights: Weights, name: string, x: Tensor): Tensor {
  const { kind, epsilon, offset } = norm;
  const stored = weights.get(`${name}.weight`);
  const scale = offset ? graph.add(stored, graph.scalar(offset)) : stored;
  return kind === 'layer'
    ? graph.apply('LayerNorm', [x, scale, weights.get(`${name}.bias`)], { epsilon })
    : graph.apply('RmsNorm', [x, scale], { epsilon });
}

/** What all layers leave of the rows, [batch · positions, d] before the final norm. */
export function residual(
  graph: GraphBuilder,
  config: ModelConfig,
  weights: Weights,
  input: Rows,
  context: AttentionContext,
): Tensor {
  const { batch, positions } = input;
  let rows = withPositions(graph, config, weights, input, context);
  for (let index = 0; index < config.layers; index++)
    rows = plainRows(batch, positions, new Layer(graph, config, weights, context, index).apply(rows));
  return rows.distinct;
}

/** Learned positions make every row another one: nothing can be computed for copies of a vector once, then. */
function withPositions(
  graph: GraphBuilder,
  { positionEmbedding, hiddenSize }: ModelConfig,
  weights: Weights,
  rows: Rows,
  { positionIds }: AttentionContext,
): Rows {
  if (positionEmbedding === null || !positionIds) return rows;
  const { batch, positions } = rows;
  const added = graph.apply('Gather', [weights.get(positionEmbedding), positionIds], {});
  const inputs = graph.reshape(rows.expand(rows.distinct), [batch, positions, hiddenSize]);
  return plainRows(batch, positions, graph.reshape(graph.add(inputs, added), [batch * positions, hiddenSize]));
}
