import { type Graph, GraphBuilder } from '../../graph/graph.ts';
import { cachedContext, contextInputs } from '../../models/architectures/context.ts';
import { hiddenStates } from '../../models/architectures/index.ts';
import { placedRows } from '../../models/architectures/rows.ts';
import type { FrozenModel } from '../../models/frozen-model.ts';
import { Weights } from '../../models/weights.ts';
import { floats } from '../../onnxruntime/session.ts';
import type { AttentionToE } from '../../results/probe.ts';
import { protoTokenKinds } from '../../training/arrangement.ts';
import { type BatchShape, batchFeeds, type Placed, partsOf } from '../../training/batch.ts';
import { KeyValueCache } from '../../training/key-value-cache.ts';
import type { Sessions } from '../../training/sessions.ts';

type Shape = Pick<BatchShape, 'batch' | 'positions' | 'kinds' | 'past'>;

/**
 * vectors [1,K,d], placement [1,R,K], is_e [P+R,1], 1 where `e` stands, and what `cachedContext` needs, in; for each layer
 * attention_LAYER [heads,R] out, the share of its attention that each position pays to `e`, and the rows' keys and values.
 */
function buildAttentionGraph({ config, checkpoint }: FrozenModel, shape: Shape): Graph {
  const { positions, kinds, past } = shape;
  const graph = new GraphBuilder();
  const protoTokens = graph.input('vectors', 'float32', [1, kinds, config.hiddenSize]);
  const placement = graph.input('placement', 'float32', [1, positions, kinds]);
  const isE = graph.input('is_e', 'float32', [past + positions, 1]);
  let layer = 0;
  const rows = placedRows(graph, protoTokens, placement);
  const context = cachedContext(graph, config, shape, attention => {
    graph.output(`attention_${layer++}`, graph.reshape(graph.matmul(attention, isE), [config.heads, positions]));
  });
  hiddenStates(graph, config, new Weights(graph, checkpoint), rows, context);
  return graph;
}

/** What each position pays to `e`, [layers · heads, R]; a long text is read in parts. */
async function paidToE(
  model: FrozenModel,
  sessions: Sessions,
  placed: Placed,
  isE: Float32Array,
): Promise<Float32Array> {
  const { layers, heads, hiddenSize } = model.config;
  const { kinds } = placed.layout;
  const parts = partsOf(kinds.length);
  const before = parts.reduce((sum, { rows, more }) => sum + (more ? rows : 0), 0);
  const cache = new KeyValueCache(model.config, 1, before);
  // The last part is filled up with rows that nothing looks at.
  const positions = parts[0]?.rows ?? 0;
  const shape = { batch: 1, positions, kinds: protoTokenKinds.length, past: cache.capacity };
  const paid = new Float32Array(layers * heads * kinds.length);
  await sessions.once(buildAttentionGraph(model, shape), async session => {
    for (const { first, rows, more } of parts) {
      const seen = new Float32Array(cache.capacity + positions);
      seen.set(isE.subarray(0, first));
      seen.set(isE.subarray(first, first + rows), cache.capacity);
      const layout = { ...placed.layout, kinds: kinds.slice(first, first + rows) };
      const outputs = await session.run({
        ...batchFeeds(shape, hiddenSize, [{ ...placed, layout }]),
        ...contextInputs(model.config, positions, cache),
        ...cache.kept,
        is_e: { values: seen, shape: [seen.length, 1] },
      });
      for (let head = 0; head < layers * heads; head++) {
        const attention = floats(outputs, `attention_${Math.floor(head / heads)}`);
        const from = (head % heads) * positions;
        paid.set(attention.subarray(from, from + rows), head * kinds.length + first);
      }
      if (more) cache.append(outputs, rows, [0]);
      if (more) cache.advance(rows);
    }
  });
  return paid;
}

/**
 * The attention that output positions pay to `e`, by layer and head. A position that can look at nothing but `e` is not
 * counted: it has no choice.
 */
export async function attentionToE(model: FrozenModel, sessions: Sessions, placed: Placed): Promise<AttentionToE> {
  const { layers, heads } = model.config;
  const { kinds, positionOfToken } = placed.layout;
  const isE = Float32Array.from(kinds, kind => (protoTokenKinds[kind] === 'e' ? 1 : 0));
  // How many of the positions up to each have `e`.
  const eUpTo = Float64Array.from(isE);
  for (let position = 1; position < eUpTo.length; position++)
    eUpTo[position] = (eUpTo[position] ?? 0) + (eUpTo[position - 1] ?? 0);
  const counted = positionOfToken.filter(position => (eUpTo[position] ?? 0) <= position);
  const paid = await paidToE(model, sessions, placed, isE);
  const byPosition = new Float32Array(layers * heads * counted.length);
  const mean = new Float32Array(layers * heads);
  for (let head = 0; head < layers * heads; head++)
    for (const [i, position] of counted.entries()) {
      const share = paid[head * kinds.length + position] ?? Number.NaN;
      byPosition[head * counted.length + i] = share;
      mean[head] = (mean[head] ?? 0) + share / counted.length;
    }
  const even =
    counted.reduce((all, position) => all + (eUpTo[position] ?? 0) / (position + 1), 0) / (counted.length || 1);
  return { layers, heads, mean, byPosition, positions: counted, even };
}
