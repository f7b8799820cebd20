import { type Graph, GraphBuilder } from '../../graph/graph.ts';
import { serialize } from '../../graph/onnx.ts';
import { plainContext } from '../../models/architectures/context.ts';
import { hiddenStates } from '../../models/architectures/index.ts';
import { placedRows } from '../../models/architectures/rows.ts';
import type { FrozenModel } from '../../models/frozen-model.ts';
import { Weights } from '../../models/weights.ts';
import { floats } from '../../onnxruntime/session.ts';
import type { AttentionToE } from '../../results/probe.ts';
import { protoTokenKinds } from '../../training/arrangement.ts';
import { type BatchShape, batchFeeds, type Placed } from '../../training/batch.ts';
import type { Sessions } from '../../training/sessions.ts';

/**
 * vectors [1,K,d], placement [1,R,K] and is_e [R,1], 1 where `e` stands, in; for each layer attention_LAYER
 * [heads,R] out, the share of its attention that each position pays to `e`.
 */
function buildAttentionGraph(
  { config, checkpoint }: FrozenModel,
  { positions, kinds }: Pick<BatchShape, 'positions' | 'kinds'>,
): Graph {
  const graph = new GraphBuilder();
  const protoTokens = graph.input('vectors', 'float32', [1, kinds, config.hiddenSize]);
  const placement = graph.input('placement', 'float32', [1, positions, kinds]);
  const isE = graph.input('is_e', 'float32', [positions, 1]);
  let layer = 0;
  const rows = placedRows(graph, protoTokens, placement);
  const context = plainContext(graph, config, positions, attention => {
    graph.output(`attention_${layer++}`, graph.reshape(graph.matmul(attention, isE), [config.heads, positions]));
  });
  hiddenStates(graph, config, new Weights(graph, checkpoint), rows, context);
  return graph;
}

/**
 * The attention that output positions pay to `e`, by layer and head. A position that can look at nothing but `e` is not
 * counted: it has no choice.
 */
export async function attentionToE(model: FrozenModel, sessions: Sessions, placed: Placed): Promise<AttentionToE> {
  const { layers, heads, hiddenSize } = model.config;
  const { kinds, positionOfToken } = placed.layout;
  const shape = { batch: 1, positions: kinds.length, kinds: protoTokenKinds.length };
  const isE = Float32Array.from(kinds, kind => (protoTokenKinds[kind] === 'e' ? 1 : 0));
  const feeds = { ...batchFeeds(shape, hiddenSize, [placed]), is_e: { values: isE, shape: [kinds.length, 1] } };
  const outputs = await sessions.once(serialize(buildAttentionGraph(model, shape)), session => session.run(feeds));
  const eUpTo = (position: number): number => isE.subarray(0, position + 1).reduce((sum, one) => sum + one, 0);
  const counted = positionOfToken.filter(position => eUpTo(position) <= position);
  const byPosition = new Float32Array(layers * heads * counted.length);
  const mean = new Float32Array(layers * heads);
  for (let layer = 0; layer < layers; layer++) {
    const paid = floats(outputs, `attention_${layer}`);
    for (let head = 0; head < heads; head++)
      for (const [i, position] of counted.entries()) {
        const share = paid[head * kinds.length + position] ?? Number.NaN;
        const place = layer * heads + head;
        byPosition[place * counted.length + i] = share;
        mean[place] = (mean[place] ?? 0) + share / counted.length;
      }
  }
  const even = counted.reduce((sum, position) => sum + eUpTo(position) / (position + 1), 0) / (counted.length || 1);
  return { layers, heads, mean, byPosition, positions: counted, even };
}
