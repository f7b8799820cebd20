import type { GraphBuilder } from '../../graph/graph.ts';
import type { Tensor } from '../../graph/tensor.ts';
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
    if (this.config.parallel) return this.attention(rows, rows.expand(this.feedForward(x, x)));
    const residual = this.attention(rows, rows.expand(x));
    return this.feedForward(residual, residual);
  }

  /** @param residual [batch · positions, d] to which it is added */
  private attention(rows: Rows, residual: Tensor): Tensor {
    const { norms, attentionOutput } = this.config;
    const [query, key, value] = this.projected(rows, this.normed(norms.beforeAttention, rows.distinct));
    const mixed = causalAttention(this.graph, this.context.layer(this.index), query, key, value);
    return this.added(attentionOutput, mixed, norms.afterAttention, residual);
  }

  /** Query [batch, heads, n, headSize], key and value [batch, groups, n, headSize] of normed rows. */
  private projected(rows: Rows, normed: Tensor): readonly [query: Tensor, key: Tensor, value: Tensor] {
    const { heads, keyValueHeads: groups, headSize, projections, queryKeyNorm } = this.config;
    if ('fused' in projections)
      return this.split(rows, rows.expand(this.linear(projections.fused, normed)), [heads, heads, heads]);
    const { query, key, value } = projections;
    const norm = { ofHeads: queryKeyNorm?.over === 'head', ofRows: queryKeyNorm?.over === 'all heads' };
    if (this.weights.mayJoin && !norm.ofRows) {
      const joined = this.split(rows, rows.expand(this.joined([query, key, value], normed)), [heads, groups, groups]);
      return norm.ofHeads ? this.normedHeads(joined) : joined;
    }
    const projectedBy = (map: Linear, name: string | undefined): Tensor => {
      const projected = this.linear(map, normed);
      const row = rows.expand(norm.ofRows ? this.normed(name ?? null, projected) : projected);
      return this.graph.transpose(
        this.graph.reshape(row, [rows.batch, rows.positions, map.outputs / headSize, headSize]),
        [0, 2, 1, 3],
      );
    };
    const parts = [
      projectedBy(query, queryKeyNorm?.query),
      projectedBy(key, queryKeyNorm?.key),
      projectedBy(value, undefined),
    ] as const;
    return norm.ofHeads ? this.normedHeads(parts) : parts;
  }

  /** The parts [batch, heads of a part, n, headSize] of one product [batch · n, all heads · headSize]. */
  private split(
    { batch, positions }: Rows,
    whole: Tensor,
    heads: readonly [query: number, key: number, value: number],
  ): readonly [query: Tensor, key: Tensor, value: Tensor] {
    const { graph } = this;
    const { headSize, projections } = this.config;
    const mixed = 'fused' in projections && projections.order === 'head, then part';
    const [count, width] = mixed ? [heads[0], 3 * headSize] : [heads[0] + heads[1] + heads[2], headSize];
    const byHead = graph.transpose(graph.reshape(whole, [batch, positions, count, width]), [0, 2, 1, 3]);
    const [query, key, value] = mixed
      ? graph.applyAll('Split', [byHead], { axis: 3, sizes: [headSize, headSize, headSize] })
      : graph.applyAll('Split', [byHead], { axis: 1, sizes: heads });
    if (!query || !key || !value) throw new Error('the projections did not split');
    return [query, key, value];
  }

  private feedForward(x: Tensor, residual: Tensor): Tensor {
    const { norms, feedForward } = this.config;
    const normed = this.normed(norms.beforeFeedForward, x);
    const gate = feedForward.gate && this.activated(this.linear(feedForward.gate, normed));
    const up = this.linear(feedForward.up, normed);
    const wide = gate ? this.graph.multiply(gate, up) : this.activated(up);
    return this.added(feedForward.down, wide, norms.afterFeedForward, residual);
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

  /** A linear map, its norm and the residual; where there is nothing between them the product takes in the residual. */
  private added(map: Linear, x: Tensor, norm: string | null, residual: Tensor): Tensor {
    if (norm === null && !map.bias) return this.product(this.weights.get(this.nameOf(map)), x, residual);
    return this.graph.add(residual, this.normed(norm, this.linear(map, x)));
  }

  private linear(map: Linear, x: Tensor): Tensor {
    return this.product(this.weights.get(this.nameOf(map)), x, map.bias ? this.biasOf(map) : undefined);
  }

  /** Several maps of the same rows as one product: [m, all their outputs]. */
  private joined(maps: readonly Linear[], x: Tensor): Tensor {
    const together = (parts: readonly Tensor[], axis: number): Tensor => this.graph.apply('Concat', parts, { axis });
    const weights = maps.map(map => this.weights.get(this.nameOf(map)));
    const bias = maps.every(map => map.bias)
      ? together(
          maps.map(map => this.biasOf(map)),
          0,
        )
      : undefined;
    return this.product(together(weights, this.config.layout === 'out-in' ? 0 : 1), x, bias);
  }

  private product(weight: Tensor, x: Tensor, addend: Tensor | undefined): Tensor {
    const transposeB = this.config.layout === 'out-in';
    return this.graph.apply('Gemm', addend ? [x, weight, addend] : [x, weight], { transposeB });
  }

  private nameOf = ({ name }: Linear): string => `${this.prefix}.${name}.weight`;
  private biasOf = ({ name }: Linear): Tensor => this.weights.get(`${this.prefix}.${name}.bias`);

  private normed(name: string | null, x: Tensor): Tensor {
    return name === null ? x : norm(this.graph, this.config, this.weights, `${this.prefix}.${name}`, x);
  }

  /** Queries and keys after the norm of each head by itself. */
  private normedHeads([query, key, value]: readonly [Tensor, Tensor, Tensor]): readonly [Tensor, Tensor, Tensor] {
    const { queryKeyNorm } = this.config;
    return [this.normed(queryKeyNorm?.query ?? null, query), this.normed(queryKeyNorm?.key ?? null, key), value];
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
