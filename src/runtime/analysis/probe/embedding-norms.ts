import { GraphBuilder } from '../../graph/graph.ts';
import type { FrozenModel } from '../../models/frozen-model.ts';
import { Weights } from '../../models/weights.ts';
import { floats } from '../../onnxruntime/session.ts';
import type { NormDistribution } from '../../results/probe.ts';
import type { Sessions } from '../../training/sessions.ts';
import { quantile } from '../distances/density.ts';

/** Rows of the embedding matrix that are visited at a time. */
const rowsPerPart = 16384;
const bins = 40;

/** The norm of every token's input, a row of the embedding matrix, [V], from the least to the greatest. */
export async function embeddingNorms({ config, checkpoint }: FrozenModel, sessions: Sessions): Promise<Float64Array> {
  const graph = new GraphBuilder();
  const squares = new Weights(graph, checkpoint)
    .parts(config.embedding.name, rowsPerPart)
    .map(part => graph.sum(graph.multiply(part, part), [1]));
  graph.output('squares', graph.apply('Concat', squares, { axis: 0 }));
  const outputs = await sessions.once(graph, session => session.run({}));
  return Float64Array.from(floats(outputs, 'squares'), square => config.embedding.scale * Math.sqrt(square)).sort();
}

/** @param sorted norms, the least first */
export function distributionOf(sorted: Float64Array): NormDistribution {
  const [least, greatest] = [quantile(sorted, 0), quantile(sorted, 1)];
  const histogram = new Array<number>(bins).fill(0);
  for (const norm of sorted) {
    const bin = Math.min(bins - 1, Math.floor(((norm - least) / (greatest - least || 1)) * bins));
    histogram[bin] = (histogram[bin] ?? 0) + 1;
  }
  return {
    least,
    quartiles: [quantile(sorted, 0.25), quantile(sorted, 0.5), quantile(sorted, 0.75)],
    greatest,
    mean: sorted.reduce((sum, norm) => sum + norm, 0) / sorted.length,
    histogram,
  };
}

/** Share of sorted values that are smaller. */
export function shareBelow(sorted: Float64Array, value: number): number {
  return sorted.filter(other => other < value).length / sorted.length;
}
