import { GraphBuilder } from '../graph/graph.ts';
import { withNarrowProducts } from '../graph/narrow-products.ts';
import { serialize } from '../graph/onnx.ts';
import { floats, GraphSession, type SessionOptions } from '../onnxruntime/session.ts';
import { styleOf } from './graph-style.ts';

const width = 8;
/** A gradient's and an activation's size, which float16 does not hold as they are. */
const sizes = [1e-12, 1e6];
/** Share of a number by which its product may be wrong. */
const tolerance = 0.05;

/**
 * Whether a device multiplies at its low precision: not every graphics adapter has float16, and what it lacks shows when a
 * graph is run.
 */
export async function multipliesAtLowPrecision(options: SessionOptions): Promise<boolean> {
  const graph = new GraphBuilder(styleOf(options).fused);
  const ones = graph.constant(new Float32Array(width * width).fill(1), [width, width]);
  const x = graph.input('x', 'float32', [sizes.length, width]);
  graph.output('sums', graph.apply('Gemm', [x, ones], { transposeB: false }));
  try {
    const narrow = withNarrowProducts(graph, styleOf(options).narrowing);
    const session = await GraphSession.create(serialize(narrow), {
      ...options,
      forbidFallback: options.device !== 'cpu',
    });
    try {
      const values = Float32Array.from(sizes.flatMap(size => new Array<number>(width).fill(size)));
      const sums = floats(await session.run({ x: { values, shape: [sizes.length, width] } }), 'sums');
      return values.every((value, i) => Math.abs((sums[i] ?? Number.NaN) / (width * value) - 1) < tolerance);
    } finally {
      await session.dispose();
    }
  } catch {
    return false;
  }
}
