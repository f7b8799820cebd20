import { GraphBuilder } from '../src/runtime/graph/graph.ts';
import { serialize } from '../src/runtime/graph/onnx.ts';
import type { DeviceName } from '../src/runtime/onnxruntime/device-names.ts';
import { GraphSession } from '../src/runtime/onnxruntime/session.ts';
import { secondsOf } from './timing.ts';

const size = 2048;
const flops = 2 * size ** 3;

/** The yardstick: one product of two large matrices, the right one a packed constant, as weights are in a step. */
export class LargeProduct {
  private constructor(private readonly session: GraphSession) {}

  static async create(device: DeviceName): Promise<LargeProduct> {
    const graph = new GraphBuilder();
    const random = (): Float32Array => Float32Array.from({ length: size * size }, () => Math.random() - 0.5);
    const product = graph.linear(graph.input('x', 'float32', [size, size]), graph.constant(random(), [size, size]));
    // One row of it, so that no time goes into handing over the rest.
    graph.output('row', graph.apply('Gather', [product, graph.constant(new Int32Array([0]), [1])], {}));
    const yardstick = new LargeProduct(await GraphSession.create(serialize(graph), { device, packWeights: true }));
    await yardstick.flopsPerSecond();
    return yardstick;
  }

  async flopsPerSecond(): Promise<number> {
    const feeds = { x: { values: new Float32Array(size * size).fill(1 / size), shape: [size, size] } };
    return flops / (await secondsOf(() => this.session.run(feeds)));
  }

  dispose(): Promise<void> {
    return this.session.dispose();
  }
}
