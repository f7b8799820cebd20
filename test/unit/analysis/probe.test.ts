import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nearestTokens } from '../../../src/runtime/analysis/nearest-tokens.ts';
import { attentionToE } from '../../../src/runtime/analysis/probe/attention.ts';
import { distributionOf, embeddingNorms, shareBelow } from '../../../src/runtime/analysis/probe/embedding-norms.ts';
import { probeOptions } from '../../../src/runtime/analysis/probe/options.ts';
import { probe } from '../../../src/runtime/analysis/probe/probe.ts';
import { findSolutions } from '../../../src/runtime/analysis/solutions/find-solutions.ts';
import { solutionOptions } from '../../../src/runtime/analysis/solutions/options.ts';
import { Embeddings } from '../../../src/runtime/decoding/embeddings.ts';
import { decodeOneStep } from '../../../src/runtime/decoding/one-step.ts';
import { writeSolutions } from '../../../src/runtime/files/solutions-file.ts';
import { GraphBuilder } from '../../../src/runtime/graph/graph.ts';
import { serialize } from '../../../src/runtime/graph/onnx.ts';
import type { Tensor } from '../../../src/runtime/graph/tensor.ts';
import { plainContext } from '../../../src/runtime/models/architectures/context.ts';
import { hiddenStates } from '../../../src/runtime/models/architectures/index.ts';
import { placedRows } from '../../../src/runtime/models/architectures/rows.ts';
import { beginningToken } from '../../../src/runtime/models/beginning-token.ts';
import { readTensor } from '../../../src/runtime/models/checkpoint.ts';
import { type Model, openModel } from '../../../src/runtime/models/model.ts';
import { Weights } from '../../../src/runtime/models/weights.ts';
import { floats } from '../../../src/runtime/onnxruntime/session.ts';
import { type ArrangementName, arrangementNames, layoutOf } from '../../../src/runtime/training/arrangement.ts';
import { batchFeeds } from '../../../src/runtime/training/batch.ts';
import { Sessions } from '../../../src/runtime/training/sessions.ts';
import { computations, mostDifferent } from '../../fixtures/names.ts';
import { demoModel, fixtureModel } from '../../support/paths.ts';
import { candidateOf, referenceOf } from '../../support/reference.ts';
import { userErrorOf } from '../../support/user-error.ts';

const sessions = new Sessions({ device: 'cpu', prepareWeights: true });
afterAll(() => sessions.dispose());

function embeddings(model: Model): Promise<Float32Array> {
  const tensor = model.checkpoint.tensors.get(model.config.embedding.name);
  if (!tensor) throw new Error('there is no embedding matrix');
  return readTensor(tensor);
}

const shape = { batch: 1, positions: 6, kinds: 2 };

/** The forward pass, with what an observer does to it. */
function graphWith(model: Model, observe?: (graph: GraphBuilder, attention: Tensor) => void): GraphBuilder {
  const graph = new GraphBuilder();
  const protoTokens = graph.input('vectors', 'float32', [1, 2, model.config.hiddenSize]);
  const placement = graph.input('placement', 'float32', [1, shape.positions, 2]);
  const rows = placedRows(graph, protoTokens, placement);
  const see = observe && ((attention: Tensor) => observe(graph, attention));
  const context = plainContext(graph, model.config, shape.positions, see);
  graph.output('hidden', hiddenStates(graph, model.config, new Weights(graph, model.checkpoint), rows, context));
  return graph;
}

describe.each(computations)('%s', name => {
  const arrangements: readonly ArrangementName[] = mostDifferent.includes(name) ? arrangementNames : ['e-m-repeated'];

  test('an observer sees every layer and changes nothing', async () => {
    const model = await openModel(fixtureModel(name));
    let seen = 0;
    const watched = serialize(graphWith(model, () => seen++)).bytes;
    expect(seen).toBe(model.config.layers);
    expect(Buffer.compare(watched, serialize(graphWith(model)).bytes)).toBe(0);
  });

  test('attention looks back only, all of it is paid, and the share of e is what is paid to e', async () => {
    const model = await openModel(fixtureModel(name));
    const { layers, heads, hiddenSize } = model.config;
    let layer = 0;
    const graph = graphWith(model, (builder, attention) => builder.output(`layer_${layer++}`, attention));
    const [reference] = referenceOf(name).cases;
    if (!reference) throw new Error('the fixture has no cases');
    const { protoTokens } = candidateOf(reference);
    const n = shape.positions;
    for (const arrangement of arrangements) {
      const placed = {
        protoTokens,
        layout: layoutOf(arrangement, arrangement === 'e-unguided-m-repeated' ? n - 1 : n),
      };
      const feeds = batchFeeds(shape, hiddenSize, [placed]);
      const outputs = await sessions.once(graph, session => session.run(feeds));
      const found = await attentionToE(model, sessions, placed);
      expect([found.layers, found.heads]).toEqual([layers, heads]);
      for (let l = 0; l < layers; l++) {
        const attention = floats(outputs, `layer_${l}`);
        for (let h = 0; h < heads; h++) {
          let mean = 0;
          for (const [i, position] of found.positions.entries()) {
            const row = attention.subarray((h * n + position) * n, (h * n + position + 1) * n);
            expect(row.reduce((sum, x) => sum + x, 0)).toBeCloseTo(1, 5);
            expect(row.subarray(position + 1).every(x => x === 0)).toBe(true);
            const toE = row.reduce((sum, x, j) => sum + (placed.layout.kinds[j] === 0 ? x : 0), 0);
            const share = found.byPosition[(l * heads + h) * found.positions.length + i] ?? Number.NaN;
            expect(share).toBeCloseTo(toE, 5);
            expect(share).toBeLessThan(1);
            mean += share / found.positions.length;
          }
          expect(found.mean[l * heads + h]).toBeCloseTo(mean, 5);
        }
      }
    }
  });
});

test('a position that sees nothing but e is not counted, and even attention is known', async () => {
  const model = await openModel(fixtureModel('neox-parallel-f32'));
  const [reference] = referenceOf('neox-parallel-f32').cases;
  if (!reference) throw new Error('the fixture has no cases');
  const { protoTokens } = candidateOf(reference);
  const found = await attentionToE(model, sessions, { protoTokens, layout: layoutOf('e-m-repeated', 4) });
  expect(found.positions).toEqual([1, 2, 3]);
  expect(found.even).toBeCloseTo((1 / 2 + 1 / 3 + 1 / 4) / 3, 10);
  const all = await attentionToE(model, sessions, { protoTokens, layout: layoutOf('e-repeated', 4) });
  expect(all).toMatchObject({ positions: [], even: 0 });
});

test.each(['llama-sharded-f32', 'gemma3-tied-bf16'])(
  '%s: norms and products are those of what tokens put in',
  async name => {
    const model = await openModel(fixtureModel(name));
    const { vocabularySize, hiddenSize } = model.config;
    const values = await embeddings(model);
    const norms = Float64Array.from(
      { length: vocabularySize },
      (_, id) => model.config.embedding.scale * Math.hypot(...values.subarray(id * hiddenSize, (id + 1) * hiddenSize)),
    );
    const input = await new Embeddings(model).of(7);
    const [near] = await nearestTokens(model, sessions, [input], 1);
    expect(near?.byCosine[0]).toMatchObject({ id: 7, cosine: expect.closeTo(1, 5) });
    expect(near?.byCosine[0]?.product).toBeCloseTo((norms[7] ?? 0) ** 2, 3);
    const expected = norms.toSorted();
    const found = await embeddingNorms(model, sessions);
    expect(found).toHaveLength(vocabularySize);
    for (const [i, norm] of found.entries()) expect(norm).toBeCloseTo(expected[i] ?? Number.NaN, 4);
  },
);

test('a distribution by hand', () => {
  const norms = Float64Array.of(1, 2, 3, 4, 5);
  const { histogram, ...rest } = distributionOf(norms);
  expect(rest).toEqual({ least: 1, quartiles: [2, 3, 4], greatest: 5, mean: 3 });
  expect(histogram.reduce((sum, count) => sum + count, 0)).toBe(5);
  expect([histogram[0], histogram[10], histogram[39]]).toEqual([1, 1, 1]);
  expect(shareBelow(norms, 3)).toBe(0.4);
});

describe('a probe of the demo model', () => {
  let model: Model;
  beforeAll(async () => {
    model = await openModel(demoModel);
  });

  test('tells norms, neighbours, attention and continuations, the greedy one as a forward pass says', async () => {
    const { set } = await findSolutions({
      model,
      sessions,
      texts: [{ title: 'a', text: 'The sea was' }],
      options: solutionOptions.parse({ seeds: 2, budget: 30 }),
      cancelled: () => false,
      onProgress: () => undefined,
    });
    const file = { name: 'x.solutions.json', file: writeSolutions(set) };
    const options = probeOptions.parse({ index: 1, tokens: 4, samples: 2, nearest: 3 });
    const report = await probe(model, sessions, file, options);
    const solution = set.solutions[1];
    if (!solution) throw new Error('nothing was found');
    expect(report.tokens).toBe(3);
    expect(report.vectors.map(({ proto }) => proto)).toEqual(['e', 'm']);
    expect(report.vectors[0]?.norm).toBeCloseTo(Math.hypot(...solution.e), 3);
    for (const { byCosine, shareShorter } of report.vectors) {
      expect(byCosine).toHaveLength(3);
      expect(shareShorter).toBeGreaterThanOrEqual(0);
    }
    expect(report.beginningToken).toEqual({ id: 0, text: '<|endoftext|>' });
    expect(report.continuations.map(({ choice, ids }) => [choice, ids.length])).toEqual([
      ['greedy', 4],
      ['sampled', 4],
      ['sampled', 4],
    ]);

    // What the last of the same three inputs emits is how the continuation begins.
    expect(await beginningToken(model)).toBe(0);
    const protoTokens = [solution.e, solution.m, (await embeddings(model)).subarray(0, model.config.hiddenSize)];
    const placed = { protoTokens, layout: { kinds: [0, 1, 2], positionOfToken: [2] } };
    const [emitted] = await decodeOneStep(model, sessions, [placed]);
    expect(report.continuations[0]?.ids[0]).toBe(emitted?.[0]);
    expect(await userErrorOf(() => probe(model, sessions, file, { ...options, index: 2 }))).toMatch(/no solution 2/);
  });
});
