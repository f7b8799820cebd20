import { afterAll, describe, expect, test } from 'vitest';
import { type EveryShape, forEveryShape } from '../../../src/runtime/graph/every-shape.ts';
import { type Graph, GraphBuilder } from '../../../src/runtime/graph/graph.ts';
import { serialize } from '../../../src/runtime/graph/onnx.ts';
import { type Model, openModel } from '../../../src/runtime/models/model.ts';
import { type Feed, GraphSession, type Values } from '../../../src/runtime/onnxruntime/session.ts';
import { ShapedSession } from '../../../src/runtime/onnxruntime/shaped-session.ts';
import { layoutOf } from '../../../src/runtime/training/arrangement.ts';
import type { BatchShape } from '../../../src/runtime/training/batch.ts';
import { nothingBefore, type Past, runFeeds } from '../../../src/runtime/training/feeds.ts';
import { buildModelGraph, modelGraph, type Passes } from '../../../src/runtime/training/model-graph.ts';
import { normalNumbers } from '../../../src/runtime/training/random.ts';
import { computations, mostDifferent } from '../../fixtures/names.ts';
import { fixtureModel } from '../../support/paths.ts';

const options = { device: 'cpu', prepareWeights: true } as const;

/** There and back again: the runtime may lay out its memory for the shape before. */
const shapes: readonly BatchShape[] = [
  { batch: 2, positions: 16, kinds: 2, past: 0, looked: 1 },
  { batch: 1, positions: 16, kinds: 2, past: 0, looked: 3 },
  { batch: 1, positions: 1, kinds: 2, past: 0, looked: 1 },
  { batch: 5, positions: 7, kinds: 2, past: 0, looked: 2 },
  { batch: 1, positions: 24, kinds: 24, past: 0, looked: 1 },
  { batch: 2, positions: 16, kinds: 2, past: 0, looked: 1 },
  { batch: 1, positions: 40, kinds: 2, past: 0, looked: 1 },
  { batch: 1, positions: 1, kinds: 1, past: 0, looked: 1 },
  { batch: 1, positions: 1, kinds: 1, past: 32, looked: 1 },
  { batch: 3, positions: 4, kinds: 2, past: 6, looked: 1 },
  { batch: 1, positions: 16, kinds: 2, past: 0, looked: 3 },
];

/** Without and with rows before, and every vector another one. */
const someShapes = shapes.filter(({ positions, past }) => [7, 24].includes(positions) || past);

function feedsOf({ config }: Model, passes: Passes, shape: BatchShape, gradient: boolean): Record<string, Feed> {
  const { batch, positions, kinds, past, looked } = shape;
  const rows = batch * positions;
  const layout =
    kinds === positions
      ? { kinds: Array.from({ length: positions }, (_, i) => i), positionOfToken: [] }
      : layoutOf('e-m-repeated', positions);
  const numbers = (count: number, of: string): Float32Array => normalNumbers(count, [positions], of);
  const width = config.keyValueHeads * past * config.headSize;
  const before: Past = {
    filled: Math.floor(past / 2),
    capacity: past,
    kept: Object.fromEntries(
      Object.entries(nothingBefore(config, batch).kept).map(
        ([
          name,
          {
            shape: [, heads = 0],
          },
        ]) => [name, { values: numbers(batch * width, name), shape: [batch, heads, past, config.headSize] }],
      ),
    ),
  };
  return runFeeds(config, passes, shape, {
    placed: Array.from({ length: batch }, (_, b) => ({
      protoTokens: Array.from({ length: kinds }, (_, k) => normalNumbers(config.hiddenSize, [b, k], 'vector')),
      layout,
    })),
    looked: Int32Array.from({ length: looked }, (_, i) => i % rows),
    past: before,
    targets: Int32Array.from({ length: rows }, (_, i) => (7 * i + 3) % config.vocabularySize),
    objective: {
      tokenWeights: new Float32Array(rows).fill(1 / positions),
      sharpness: Float32Array.from({ length: rows }, (_, i) => 1 + (i % 4)),
    },
    gradient,
  });
}

/** Bit by bit, so that NaN and the sign of zero count, too. */
const bitsOf = (outputs: ReadonlyMap<string, Values>, names: readonly string[]) =>
  names.map(name => {
    const values = outputs.get(name);
    return [name, values && Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('hex')];
  });

describe.each(computations)('one session of %s', name => {
  const tried = mostDifferent.includes(name) ? shapes : someShapes;
  let session: ShapedSession<BatchShape> | undefined;
  afterAll(() => session?.dispose());

  test('computes for every shape what a session of that shape alone does, to the bit', async () => {
    const model = await openModel(fixtureModel(name));
    session = await ShapedSession.create(modelGraph(model, 'training'), options);
    for (const shape of tried) {
      const alone = await GraphSession.create(serialize(buildModelGraph(model, shape, 'training')), options);
      const feeds = feedsOf(model, 'training', shape, true);
      const names = ['nll', 'predicted', 'objective', 'gradient', 'logits_0', 'key_1', 'value_1'];
      const expected = await alone.run(feeds);
      await alone.dispose();
      expect(bitsOf(await session.run(shape, feeds), names)).toEqual(bitsOf(expected, names));
      const forward = await session.run(shape, feedsOf(model, 'training', shape, false));
      expect(bitsOf(forward, names)).toEqual(
        bitsOf(new Map([...expected, ['gradient', forward.get('gradient') ?? new Float32Array()]]), names),
      );
      expect(forward.get('gradient')).toHaveLength(1);
    }
  });

  test('that goes forward only gives the same', async () => {
    const model = await openModel(fixtureModel(name));
    const forward = await ShapedSession.create(modelGraph(model, 'forward'), options);
    const names = ['nll', 'predicted', 'logits_0', 'key_0', 'value_0'];
    for (const shape of tried) {
      const inputs = feedsOf(model, 'forward', shape, false);
      const feeds = feedsOf(model, 'training', shape, false);
      expect(bitsOf(await forward.run(shape, inputs), names)).toEqual(
        bitsOf((await session?.run(shape, feeds)) ?? new Map(), names),
      );
    }
    await forward.dispose();
  });
});

describe('a graph that depends on its shape in more than its constants', () => {
  const examples: readonly [number, number] = [4, 6];
  const built = (build: (graph: GraphBuilder, n: number) => void): EveryShape<number> =>
    forEveryShape((n: number): Graph => {
      const graph = new GraphBuilder();
      build(graph, n);
      return graph;
    }, examples);

  test('is refused when it has other nodes', () => {
    expect(() =>
      built((graph, n) => {
        const x = graph.input('x', 'float32', [n]);
        graph.output('y', n > 5 ? graph.exp(graph.exp(x)) : graph.exp(x));
      }),
    ).toThrow('the number of nodes depends on the shape');
    expect(() =>
      built((graph, n) => {
        const x = graph.input('x', 'float32', [n]);
        graph.output('y', n > 5 ? graph.exp(x) : graph.log(x));
      }),
    ).toThrow(/node 0, \w+, depends on the shape/);
  });

  test('is refused as soon as a shape shows it', () => {
    const graph = built((builder, n) => {
      const x = builder.input('x', 'float32', [n]);
      builder.output('y', builder.multiply(x, builder.scalar(n > 10 ? 2 : 1)));
    });
    expect(graph.constantsFor(9)).toEqual({});
    expect(() => graph.constantsFor(11)).toThrow('in a way that no example shows');
  });
});
