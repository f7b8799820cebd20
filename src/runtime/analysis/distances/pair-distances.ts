import { type Graph, GraphBuilder } from '../../graph/graph.ts';
import { serialize } from '../../graph/onnx.ts';
import { floats, GraphSession } from '../../onnxruntime/session.ts';
import type { Measure } from '../../results/distances.ts';

/** Solutions, or texts: the memory for all pairs, and a report of them, grows with the second power of their number. */
export const mostCompared = 2000;

/** vectors [n,w] in; the products of all pairs [n,n] out. */
function buildGramGraph(n: number, width: number): Graph {
  const graph = new GraphBuilder();
  const vectors = graph.input('vectors', 'float32', [n, width]);
  graph.output('products', graph.matmul(vectors, graph.transpose(vectors, [1, 0])));
  return graph;
}

/** The products of all pairs of vectors [w], row by row. */
async function gramMatrix(vectors: readonly Float32Array[], width: number): Promise<Float32Array> {
  const n = vectors.length;
  const values = new Float32Array(n * width);
  for (const [i, vector] of vectors.entries()) values.set(vector, i * width);
  // A session of its own, which is cheap: in the cache it might cost the model's session its place.
  const session = await GraphSession.create(serialize(buildGramGraph(n, width)), {
    device: 'cpu',
    prepareWeights: false,
  });
  try {
    return floats(await session.run({ vectors: { values, shape: [n, width] } }), 'products');
  } finally {
    await session.dispose();
  }
}

/** Below this share of what they are made of, differences of products in single precision are mostly rounding. */
const cancellation = 1e-3;

function cosineDirectly(a: Float32Array, b: Float32Array): number {
  let [product, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i] as number, b[i] as number];
    product += x * y;
    aa += x * x;
    bb += y * y;
  }
  return Math.max(0, 1 - product / (Math.sqrt(aa * bb) || 1));
}

function euclideanDirectly(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += ((a[i] as number) - (b[i] as number)) ** 2;
  return Math.sqrt(sum);
}

/**
 * Distances between all pairs of vectors [w]: 1 - cos of the angle, or the Euclidean one. The products come from one
 * matrix product; pairs so close that single precision would lose them are computed directly. A zero vector has
 * distance 1 to every other one by cosine.
 *
 * @returns [n,n] row by row, symmetric, zero on the diagonal
 */
export async function pairDistances(vectors: readonly Float32Array[], measure: Measure): Promise<Float32Array> {
  const n = vectors.length;
  const width = vectors[0]?.length ?? 0;
  const result = new Float32Array(n * n);
  if (n < 2) return result;
  const products = await gramMatrix(vectors, width);
  const squares = Float64Array.from({ length: n }, (_, i) => products[i * n + i] as number);
  const directly = measure === 'cosine' ? cosineDirectly : euclideanDirectly;
  for (let i = 0; i < n; i++)
    for (let j = i + 1; j < n; j++) {
      const product = products[i * n + j] as number;
      const [a, b] = [squares[i] as number, squares[j] as number];
      const apart = measure === 'cosine' ? 1 - product / (Math.sqrt(a * b) || 1) : a + b - 2 * product;
      const near = apart < cancellation * (measure === 'cosine' ? 1 : a + b);
      const distance = near
        ? directly(vectors[i] as Float32Array, vectors[j] as Float32Array)
        : measure === 'cosine'
          ? apart
          : Math.sqrt(apart);
      result[i * n + j] = distance;
      result[j * n + i] = distance;
    }
  return result;
}
