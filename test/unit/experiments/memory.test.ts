import { afterAll, expect, test } from 'vitest';
import { continueSequences, greedy } from '../../../src/runtime/decoding/autoregressive.ts';
import { Embeddings } from '../../../src/runtime/decoding/embeddings.ts';
import { type Cell, plainCell } from '../../../src/runtime/experiments/cell.ts';
import { Ground } from '../../../src/runtime/experiments/ground.ts';
import { TextTokens } from '../../../src/runtime/experiments/text-tokens.ts';
import { TrainingCell } from '../../../src/runtime/experiments/training.ts';
import { openModel } from '../../../src/runtime/models/model.ts';
import { Evaluator } from '../../../src/runtime/training/evaluator.ts';
import { candidatesAt } from '../../../src/runtime/training/problem.ts';
import { Sessions } from '../../../src/runtime/training/sessions.ts';
import { fixtureNames } from '../../fixtures/names.ts';
import { demoModel, fixtureModel } from '../../support/paths.ts';
import { referenceOf } from '../../support/reference.ts';

const sessions = new Sessions({ device: 'cpu', prepareWeights: true });
afterAll(() => sessions.dispose());

const cellOf = (length: number, memory: number): Cell => ({
  ...plainCell,
  texts: [0],
  length,
  memory,
  seed: 0,
  recipe: 'lbfgs',
  budget: 200,
});

test.each(fixtureNames)('%s: a [mem] vector that is the embedding of a token predicts as PyTorch says', async name => {
  const model = await openModel(fixtureModel(name));
  const [first = 0, ...rest] = referenceOf(name).autoregressive.ids;
  const ground = new Ground(model, TextTokens.read([Int32Array.from(rest)]));
  const cell = cellOf(rest.length, 1);
  await ground.prepare([cell], sessions);
  const { problem } = new TrainingCell(ground, cell).attempt;
  const point = await new Embeddings(model).of(first);
  const [look] = await new Evaluator(model, sessions).look(candidatesAt(problem, point, {}));
  expect(look?.nll).toHaveLength(rest.length);
  for (const [i, nll] of referenceOf(name).autoregressive.nll.entries()) expect(look?.nll[i]).toBeCloseTo(nll, 3);
});

test.each([1, 2])('%i trained [mem] vectors decode the text greedily, token by token', async memory => {
  const model = await openModel(demoModel);
  const ground = Ground.of(model, ['The sea was calm that night, and the lamp burned.']);
  const tokens = [...ground.prefix(0)];
  const cell = cellOf(tokens.length, memory);
  await ground.prepare([cell], sessions);
  const running = new TrainingCell(ground, cell);
  const evaluator = new Evaluator(model, sessions);
  while (!running.finished) {
    const wish = running.next();
    if (wish.kind === 'gradient') wish.tell(await evaluator.evaluate(wish.candidates), 0);
  }
  expect(running.attempt.perfect).toBe(true);
  const point = running.attempt.kept?.point ?? new Float32Array();
  const width = model.config.hiddenSize;
  const prefix = Array.from({ length: memory }, (_, i) => point.slice(i * width, (i + 1) * width));
  const [generated] = await continueSequences(model, sessions, [{ prefix, choose: greedy }], tokens.length);
  expect(generated).toEqual(tokens);
});

test('[mem] vectors begin as wide as the embeddings', async () => {
  const model = await openModel(demoModel);
  const ground = Ground.of(model, ['The sea was calm.']);
  await ground.prepare([cellOf(3, 1)], sessions);
  const { tensors } = model.checkpoint;
  expect(tensors.size).toBeGreaterThan(0);
  let [sum, squares, count] = [0, 0, 0];
  const embeddings = new Embeddings(model);
  for (let id = 0; id < 4096; id += 16)
    for (const value of await embeddings.of(id)) [sum, squares, count] = [sum + value, squares + value ** 2, count + 1];
  const deviation = Math.sqrt(squares / count - (sum / count) ** 2);
  expect(Math.abs(ground.embeddingSpread / deviation - 1)).toBeLessThan(0.1);
});
