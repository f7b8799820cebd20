import { asInt32 } from '../graph/cross-entropy.ts';
import { type Graph, GraphBuilder } from '../graph/graph.ts';
import type { Tensor } from '../graph/tensor.ts';
import { hiddenStates, outputProjection } from '../models/architectures/index.ts';
import { placedRows } from '../models/architectures/rows.ts';
import { type FrozenModel, vocabularyParts } from '../models/frozen-model.ts';
import { Weights } from '../models/weights.ts';
import type { BatchShape } from '../training/batch.ts';

function placed(
  graph: GraphBuilder,
  { config }: FrozenModel,
  weights: Weights,
  { batch, positions, kinds }: BatchShape,
): Tensor {
  const protoTokens = graph.input('proto_tokens', 'float32', [batch, kinds, config.hiddenSize]);
  const placement = graph.input('placement', 'float32', [batch, positions, kinds]);
  return hiddenStates(graph, config, weights, placedRows(graph, protoTokens, placement));
}

/**
 * The one forward pass that emits a text: proto_tokens [B,K,d] and placement [B,R,K] in, predicted int32 [B,R] out.
 * Predictions come from the same nodes as in training, of which only those that they need remain.
 */
export function buildDecodeGraph(model: FrozenModel, shape: BatchShape): Graph {
  const { batch, positions } = shape;
  const rows = batch * positions;
  const graph = new GraphBuilder();
  const weights = new Weights(graph, model.checkpoint);
  const hidden = placed(graph, model, weights, shape);
  const noTargets = graph.constant(new Int32Array(rows), [rows, 1]);
  const parts = vocabularyParts(weights, model.config, rows);
  const [, predicted] = graph.applyAll('VocabularyCrossEntropy', [hidden, noTargets, ...parts], { sharpened: false });
  if (!predicted) throw new Error('the cross-entropy lacks an output');
  graph.output('predicted', graph.reshape(predicted, [batch, positions]));
  return graph;
}

/** The forward pass up to the output projection: proto_tokens [B,K,d] and placement [B,R,K] in, hidden [B·R,d] out. */
export function buildHiddenGraph(model: FrozenModel, shape: BatchShape): Graph {
  const graph = new GraphBuilder();
  graph.output('hidden', placed(graph, model, new Weights(graph, model.checkpoint), shape));
  return graph;
}

/** How many of the likeliest tokens a close look shows. */
export const likeliestTokens = 5;

/**
 * Looks closely at the logits of a few rows, which are held whole: hidden [n,d] and targets int32 [n,1] in; out, each
 * [n,1]: nll in nats, rank of the target (1 for the greatest logit) and margin, the target's logit less the greatest
 * other one; and of the likeliest tokens, the likeliest first, top int32 [n,k] and top_nll [n,k].
 */
export function buildScoreGraph({ config, checkpoint }: FrozenModel, rows: number): Graph {
  const graph = new GraphBuilder();
  const hidden = graph.input('hidden', 'float32', [rows, config.hiddenSize]);
  const targets = graph.input('targets', 'int32', [rows, 1]);
  const projection = new Weights(graph, checkpoint).get(outputProjection(config));
  const logits = graph.linear(hidden, projection);
  const at = (index: Tensor, values: Tensor): Tensor => graph.apply('GatherElements', [values, index], { axis: 1 });
  const target = at(targets, logits);
  const greatest = graph.apply('ArgMax', [logits], { axis: 1 });
  const logNormalizer = graph.subtract(at(greatest, logits), graph.log(at(greatest, graph.softmax(logits))));

  const above = graph.apply('Cast', [graph.apply('Greater', [logits, target], {})], { to: 'float32' });
  const ids = graph.constant(
    Int32Array.from({ length: config.vocabularySize }, (_, id) => id),
    [1, config.vocabularySize],
  );
  const without = (index: Tensor, values: Tensor): Tensor =>
    graph.apply('Where', [graph.apply('Equal', [ids, index], {}), graph.scalar(-1e30), values], {});
  graph.output('nll', graph.subtract(logNormalizer, target));
  graph.output('rank', graph.add(graph.sum(above, [1]), graph.scalar(1)));
  graph.output('margin', graph.subtract(target, graph.apply('ReduceMax', [without(targets, logits)], { axes: [1] })));

  const top: Tensor[] = [];
  const topNll: Tensor[] = [];
  // One after the other, as WebGPU has no TopK.
  for (let rest = logits; top.length < Math.min(likeliestTokens, config.vocabularySize); ) {
    const next = graph.apply('ArgMax', [rest], { axis: 1 });
    const id = asInt32(graph, next, config.vocabularySize);
    top.push(id);
    topNll.push(graph.subtract(logNormalizer, at(next, logits)));
    rest = without(id, rest);
  }
  graph.output('top', graph.apply('Concat', top, { axis: 1 }));
  graph.output('top_nll', graph.apply('Concat', topNll, { axis: 1 }));
  return graph;
}
