import { GraphBuilder } from '../graph/graph.ts';
import { serialize } from '../graph/onnx.ts';
import type { DeviceName } from './device-names.ts';
import { floats, GraphSession } from './session.ts';

const size = 768;

/** What a device did in the test: a product of matrices and a softmax. */
export interface Trial {
  /** Of the second run. */
  readonly seconds: number;
  readonly numbers: Float32Array;
}

/** Opens a device and computes on it. Throws where there is none. */
export type Try = (device: DeviceName) => Promise<Trial>;

/** Numbers that repeat after more than a row, so that no two rows or columns are equal. */
const testMatrix = (): Float32Array =>
  Float32Array.from({ length: size * size }, (_, i) => ((i * 7919) % 1009) / 1009 - 0.5);

export const tryDevice: Try = async device => {
  const graph = new GraphBuilder();
  const x = graph.input('x', 'float32', [size, size]);
  const product = graph.matmul(x, x);
  graph.output('sums', graph.sum(graph.multiply(product, product), [1]));
  const session = await GraphSession.create(serialize(graph), { device, prepareWeights: true });
  try {
    const feeds = { x: { values: testMatrix(), shape: [size, size] } };
    await session.run(feeds);
    const start = performance.now();
    const outputs = await session.run(feeds);
    return { seconds: (performance.now() - start) / 1000, numbers: Float32Array.from(floats(outputs, 'sums')) };
  } finally {
    await session.dispose();
  }
};

/** Billions of operations per second in the trial's product. */
export const gigaflops = (seconds: number): number => Math.round((2 * size ** 3) / seconds / 1e9);

/** The process in which a device was tried is gone. */
export class TrialEnded extends Error {}
