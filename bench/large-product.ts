import { GraphBuilder } from '../src/runtime/graph/graph.ts';
import { serialize } from '../src/runtime/graph/onnx.ts';
import type { DeviceName } from '../src/runtime/onnxruntime/device-names.ts';
import { GraphSession } from '../src/runtime/onnxruntime/session.ts';
import { secondsOf } from './timing.ts';

/** x [rows, inner] times a matrix [inner, columns]. */
interface ProductShape {
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
}

/** Large in every direction: the rate that one expects of the machine. */
export const cube: ProductShape = { rows: 2048, inner: 2048, columns: 2048 };
/** The runtime's products are fastest where the inner extent is short: this one is near the best that it can do at all. */
export const flattering: ProductShape = { rows: 1024, inner: 768, columns: 3072 };

/** The yardstick: one large product, the right factor a packed constant, as weights are in a step. */
export class LargeProduct {
  private constructor(
    private readonly session: GraphSession,
    private readonly shape: ProductShape,
  ) {}

  static async create(device: DeviceName, shape: ProductShape): Promise<LargeProduct> {
    const { rows, inner, columns } = shape;
    const graph = new GraphBuilder();
    const weight = Float32Array.from({ length: inner * columns }, () => Math.random() - 0.5);
    const x = graph.input('x', 'float32', [rows, inner]);
    const product = graph.linear(x, graph.constant(weight, [columns, inner]));
    // One row of it, so that no time goes into handing over the rest.
    graph.output('row', graph.apply('Gather', [product, graph.constant(new Int32Array([0]), [1])], {}));
    const session = await GraphSession.create(serialize(graph), { device, prepareWeights: true });
    const yardstick = new LargeProduct(session, shape);
    await yardstick.flopsPerSecond();
    return yardstick;
  }

  async flopsPerSecond(): Promise<number> {
    const { rows, inner, columns } = this.shape;
    const feeds = { x: { values: new Float32Array(rows * inner).fill(1 / inner), shape: [rows, inner] } };
    return (2 * rows * inner * columns) / (await secondsOf(() => this.session.run(feeds)));
  }

  dispose(): Promise<void> {
    return this.session.dispose();
  }
}
