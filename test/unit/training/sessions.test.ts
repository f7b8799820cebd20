import { cpSync, rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { Cancelled } from '../../../src/runtime/errors.ts';
import { GraphBuilder } from '../../../src/runtime/graph/graph.ts';
import { type Model, openModel } from '../../../src/runtime/models/model.ts';
import { GraphSession } from '../../../src/runtime/onnxruntime/session.ts';
import { ShapedSession } from '../../../src/runtime/onnxruntime/shaped-session.ts';
import { layoutOf } from '../../../src/runtime/training/arrangement.ts';
import type { BatchShape } from '../../../src/runtime/training/batch.ts';
import { type Candidate, Evaluator } from '../../../src/runtime/training/evaluator.ts';
import { normalNumbers } from '../../../src/runtime/training/random.ts';
import { Sessions } from '../../../src/runtime/training/sessions.ts';
import { fixtureModel, temporaryFolder } from '../../support/paths.ts';
import { userErrorOf } from '../../support/user-error.ts';

describe('the sessions of a model', () => {
  let model: Model;
  beforeAll(async () => {
    model = await openModel(fixtureModel('llama-sharded-f32'));
  });
  afterEach(() => void vi.restoreAllMocks());

  /** Sessions that count what is loaded and what is given back. */
  function counted() {
    const sessions = new Sessions({ device: 'cpu', prepareWeights: true });
    const create = GraphSession.create.bind(GraphSession);
    const counts = { loaded: 0, disposed: 0 };
    vi.spyOn(GraphSession, 'create').mockImplementation(async (graph, options) => {
      counts.loaded++;
      const session = await create(graph, options);
      const dispose = session.dispose.bind(session);
      session.dispose = () => {
        counts.disposed++;
        return dispose();
      };
      return session;
    });
    onTestFinished(() => sessions.dispose());
    return { sessions, counts, evaluator: new Evaluator(model, sessions) };
  }

  const candidate = (length: number, seed = 0): Candidate => ({
    protoTokens: [0, 1].map(kind => normalNumbers(model.config.hiddenSize, [seed, kind], 'vector')),
    layout: layoutOf('e-m-repeated', length),
    tokens: Int32Array.from({ length }, (_, i) => (5 * i + seed) % model.config.vocabularySize),
  });

  test('are one for every length, count, sharpness and look once something is trained', async () => {
    const { evaluator, counts } = counted();
    for (const length of [1, 7, 30, 7])
      await evaluator.evaluate([candidate(length), { ...candidate(length, 1), sharpness: 8 }, candidate(3)]);
    await evaluator.look([candidate(12), candidate(5)]);
    await evaluator.lookClosely([candidate(9)], () => 0);
    expect(counts).toEqual({ loaded: 1, disposed: 0 });
  });

  test('are loaded with the weights as they lie in their file for a few looks, until more is wanted', async () => {
    const { sessions, counts } = counted();
    const created = vi.mocked(GraphSession.create);
    const prepared = () => created.mock.calls.map(([, options]) => options.prepareWeights);
    const few = new Evaluator(model, sessions, { few: true });
    const [look] = await few.look([candidate(6)]);
    await few.look([candidate(9)]);
    expect(prepared()).toEqual([false]);
    // Whoever wants many has them prepared, and all others look there, too.
    await Promise.all([new Evaluator(model, sessions).look([candidate(6)]), few.look([candidate(6)])]);
    expect([prepared(), counts]).toEqual([[false, true], { loaded: 2, disposed: 1 }]);
    const [trained] = await new Evaluator(model, sessions).evaluate([candidate(6)]);
    const [again] = await few.look([candidate(6)]);
    expect([trained?.predicted, again?.predicted]).toEqual([look?.predicted, look?.predicted]);
    expect([prepared(), counts]).toEqual([[false, true, true], { loaded: 3, disposed: 2 }]);
  });

  test('are shared by all who want them at the same time, and no look at a training ends it', async () => {
    const { sessions, evaluator, counts } = counted();
    const pointing = new Evaluator(model, sessions);
    const [first] = await new Evaluator(model, sessions).evaluate([candidate(6)]);
    const all = await Promise.all(
      Array.from({ length: 20 }, async (_, i) => {
        if (i % 3) return (await evaluator.evaluate([candidate(6)]))[0]?.objective;
        await pointing.lookClosely([candidate(4 + i)], () => 0);
        return first?.objective;
      }),
    );
    expect(new Set(all)).toEqual(new Set([first?.objective]));
    expect(counts).toEqual({ loaded: 1, disposed: 0 });
  });

  test('go forward only until something is trained; what runs then still ends', async () => {
    const { evaluator, counts } = counted();
    const looks = Array.from({ length: 4 }, (_, i) => evaluator.look([candidate(8 + i)]));
    // The graph is there and the runs are under way when the other one is asked for.
    await evaluator.look([candidate(3)]);
    const more = evaluator.look([candidate(21)]);
    const [evaluated] = await evaluator.evaluate([candidate(21)]);
    const [look] = await more;
    expect(look?.predicted).toEqual(evaluated?.predicted);
    expect(await Promise.all(looks)).toHaveLength(4);
    expect(counts).toEqual({ loaded: 2, disposed: 1 });
  });

  test('are loaded again after a failure', async () => {
    const { sessions, evaluator } = counted();
    vi.mocked(GraphSession.create).mockRejectedValueOnce(new Error('the disk went away'));
    await expect(evaluator.evaluate([candidate(4)])).rejects.toThrow('the disk went away');
    expect(await new Evaluator(model, sessions).evaluate([candidate(4)])).toHaveLength(1);
  });

  test('say what is wrong when the weights are gone or were changed after the model had been opened', async () => {
    const { sessions } = counted();
    for (const change of [
      (folder: string) => rmSync(folder, { recursive: true }),
      (folder: string) => truncateSync(join(folder, 'model.safetensors'), 30_000),
    ]) {
      const folder = temporaryFolder();
      cpSync(fixtureModel('llama-tied-bf16'), folder, { recursive: true });
      const opened = await openModel(folder);
      change(folder);
      for (const load of [() => sessions.training(opened), () => sessions.forward(opened, true)])
        expect(await userErrorOf(load)).toMatch(/are not there any more, or were changed/);
    }
  });

  test('cut runs that have no memory into smaller ones, and say what would fit where one text has none', async () => {
    const { evaluator } = counted();
    const run = ShapedSession.prototype.run;
    vi.spyOn(ShapedSession.prototype, 'run').mockImplementation(function (
      this: ShapedSession<BatchShape>,
      shape,
      feeds,
    ) {
      const { batch, positions } = shape as BatchShape;
      if (batch * positions > 20) return Promise.reject(new Error('std::bad_alloc'));
      return run.call(this, shape, feeds);
    });
    expect(await userErrorOf(() => evaluator.evaluate([candidate(60)]))).toMatch(
      /not enough memory for a text of \d+ positions .*choose a segment length or a text of at most 30 tokens,/,
    );
    expect(await evaluator.evaluate([candidate(8), candidate(8, 1), candidate(8, 2)])).toHaveLength(3);
    expect(await userErrorOf(() => evaluator.evaluate([candidate(60)]))).toMatch(
      /choose a segment length or a text of at most 8 tokens,/,
    );
  });

  test('run no more of what is not wanted any more', async () => {
    const { sessions } = counted();
    let runs = 0;
    const evaluator = new Evaluator(model, sessions, { stop: () => runs++ === 2 });
    // Each of its own length, and so in a run of its own.
    await expect(evaluator.look([candidate(4), candidate(20), candidate(60), candidate(100)])).rejects.toThrow(
      Cancelled,
    );
    expect(runs).toBe(3);
  });

  test('of a graph that is wanted once are given back', async () => {
    const { sessions, counts } = counted();
    const graph = new GraphBuilder();
    graph.output('y', graph.exp(graph.input('x', 'float32', [1])));
    expect(await sessions.once(graph, () => Promise.resolve(3))).toBe(3);
    await expect(sessions.once(graph, () => Promise.reject(new Error('at work')))).rejects.toThrow('at work');
    expect(counts).toEqual({ loaded: 2, disposed: 2 });
  });
});
