import { GraphBuilder } from '../graph/graph.ts';
import { afterFirstLayer } from '../models/architectures/index.ts';
import { placedRows } from '../models/architectures/rows.ts';
import type { FrozenModel } from '../models/frozen-model.ts';
import { Weights } from '../models/weights.ts';
import { floats } from '../onnxruntime/session.ts';
import { type ArrangementName, layoutOf, protoTokenKinds } from './arrangement.ts';
import { batchFeeds } from './batch.ts';
import { normalNumbers } from './random.ts';
import type { Recipe } from './recipe.ts';
import type { Sessions } from './sessions.ts';

/** The spread of the normal numbers that the search begins with, for each kind of proto-token. */
export type StartSpreads = readonly number[];

/** N(0,1) for all, as in the paper. */
export const plainSpreads: StartSpreads = protoTokenKinds.map(() => 1);

/** Between what was best on two Llamas and on a GPT-NeoX: bench/convergence/README.md has the widths that were tried. */
const sharePerWritten = 1.25;
const [batch, positions] = [4, 16];

/**
 * How wide the start of a recipe is on a model. A vector that stands at most positions is, through the norm of the first
 * layer, seen by its direction alone, and then added to what the layer writes: where the model writes large numbers, a
 * vector of N(0,1) is turned around by every step. So it begins about as large as what is written beside it.
 */
export async function startSpreads(
  { start }: Pick<Recipe, 'start'>,
  arrangement: ArrangementName,
  model: FrozenModel,
  sessions: Sessions,
): Promise<StartSpreads> {
  if (start === 'normal') return plainSpreads;
  const spread = Math.max(1, sharePerWritten * (await writtenByFirstLayer(model, sessions)));
  const { kinds } = layoutOf(arrangement, positions);
  // Two digits: no difference between two devices reaches the start.
  const rounded = Number(spread.toPrecision(2));
  return protoTokenKinds.map((_, kind) => (kinds.filter(other => other === kind).length > 1 ? rounded : 1));
}

/** The root mean square of what the first layer adds to copies of a vector of N(0,1). */
export async function writtenByFirstLayer(model: FrozenModel, sessions: Sessions): Promise<number> {
  const { config, checkpoint } = model;
  const width = config.hiddenSize;
  const kinds = protoTokenKinds.length;
  const graph = new GraphBuilder();
  const protoTokens = graph.input('vectors', 'float32', [batch, kinds, width]);
  const placement = graph.input('placement', 'float32', [batch, positions, kinds]);
  const weights = new Weights(graph, checkpoint);
  graph.output('rows', afterFirstLayer(graph, config, weights, placedRows(graph, protoTokens, placement)));

  const layout = layoutOf('e-m-repeated', positions);
  const placed = Array.from({ length: batch }, (_, b) => ({
    protoTokens: protoTokenKinds.map(kind => normalNumbers(width, [b], kind)),
    layout,
  }));
  const feeds = batchFeeds({ batch, positions, kinds }, width, placed);
  const rows = await sessions.once(graph, async session => floats(await session.run(feeds), 'rows'));
  let squares = 0;
  for (const [b, { protoTokens: vectors }] of placed.entries())
    for (const [position, kind] of layout.kinds.entries())
      for (let i = 0; i < width; i++)
        squares += ((rows[(b * positions + position) * width + i] ?? Number.NaN) - (vectors[kind]?.[i] ?? 0)) ** 2;
  return Math.sqrt(squares / rows.length);
}
