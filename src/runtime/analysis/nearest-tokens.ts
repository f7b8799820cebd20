import { type Graph, GraphBuilder } from '../graph/graph.ts';
import type { Tensor } from '../graph/tensor.ts';
import type { FrozenModel } from '../models/frozen-model.ts';
import { Weights } from '../models/weights.ts';
import { floats } from '../onnxruntime/session.ts';
import type { NearToken, Neighbours } from '../results/tokens.ts';
import type { Sessions } from '../training/sessions.ts';

/** A token whose embedding lies near a vector. */
export type NearbyToken = Omit<NearToken, 'text'>;

/** Vectors that are compared in one pass. */
const vectorsPerPass = 16;
/** Rows of the embedding matrix that are visited at a time. */
const rowsPerPart = 16384;

/** vectors [n,d] in; products with every row of the embedding matrix [n,V] and the rows' squared norms [V,1] out. */
function buildGraph({ config, checkpoint }: FrozenModel): Graph {
  const graph = new GraphBuilder();
  const vectors = graph.input('vectors', 'float32', [vectorsPerPass, config.hiddenSize]);
  const parts = new Weights(graph, checkpoint).parts(config.embedding.name, rowsPerPart);
  const joined = (tensors: readonly Tensor[], axis: number): Tensor => graph.apply('Concat', tensors, { axis });
  graph.output(
    'products',
    joined(
      parts.map(part => graph.linear(vectors, part)),
      1,
    ),
  );
  graph.output(
    'squares',
    joined(
      parts.map(part => graph.sum(graph.multiply(part, part), [1])),
      0,
    ),
  );
  return graph;
}

/** Indices of the `count` greatest values, the greatest first. */
function greatest(values: Float32Array, count: number): number[] {
  const best: number[] = [];
  for (const [index, value] of values.entries()) {
    if (best.length === count && value <= (values[best[count - 1] ?? 0] ?? 0)) continue;
    const place = best.findIndex(other => (values[other] ?? 0) < value);
    best.splice(place < 0 ? best.length : place, 0, index);
    if (best.length > count) best.pop();
  }
  return best;
}

function neighboursOf(
  vector: Float32Array,
  products: Float32Array,
  squares: Float32Array,
  count: number,
): Neighbours<NearbyToken> {
  const norm = Math.hypot(...vector);
  const cosines = products.map((product, id) => product / (norm * Math.sqrt(squares[id] ?? 0) || 1));
  const tokens = (ids: readonly number[]): NearbyToken[] =>
    ids.map(id => ({ id, cosine: cosines[id] ?? 0, product: products[id] ?? 0 }));
  return { norm, byCosine: tokens(greatest(cosines, count)), byProduct: tokens(greatest(products, count)) };
}

/**
 * The vocabulary tokens whose embeddings lie nearest to each vector [d], by cosine and by dot product.
 *
 * @param count tokens for each vector and measure
 */
export function nearestTokens(
  model: FrozenModel,
  sessions: Sessions,
  vectors: readonly Float32Array[],
  count: number,
): Promise<Neighbours<NearbyToken>[]> {
  const { hiddenSize: width, vocabularySize, embedding } = model.config;
  return sessions.once(buildGraph(model), async session => {
    const found: Neighbours<NearbyToken>[] = [];
    for (let from = 0; from < vectors.length; from += vectorsPerPass) {
      const part = vectors.slice(from, from + vectorsPerPass);
      const values = new Float32Array(vectorsPerPass * width);
      for (const [i, vector] of part.entries()) values.set(vector, i * width);
      const outputs = await session.run({ vectors: { values, shape: [vectorsPerPass, width] } });
      // Of the inputs that tokens have, not of the rows that are stored.
      const products = floats(outputs, 'products').map(product => embedding.scale * product);
      const squares = floats(outputs, 'squares').map(square => embedding.scale ** 2 * square);
      for (const [i, vector] of part.entries()) {
        const row = products.subarray(i * vocabularySize, (i + 1) * vocabularySize);
        found.push(neighboursOf(vector, row, squares, count));
      }
    }
    return found;
  });
}
