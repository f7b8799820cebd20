import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { findSolutions } from '../../../src/runtime/analysis/solutions/find-solutions.ts';
import { openSolutions } from '../../../src/runtime/analysis/solutions/open-files.ts';
import { solutionOptions } from '../../../src/runtime/analysis/solutions/options.ts';
import { compress } from '../../../src/runtime/compression/compress.ts';
import { compressionOptions } from '../../../src/runtime/compression/options.ts';
import { decodeProto } from '../../../src/runtime/decoding/decode-proto.ts';
import { evaluate } from '../../../src/runtime/engine/looks.ts';
import { arrangements } from '../../../src/runtime/experiments/arrangements.ts';
import { runExperiment } from '../../../src/runtime/experiments/run.ts';
import { writeSolutions } from '../../../src/runtime/files/solutions-file.ts';
import { type Model, openModel } from '../../../src/runtime/models/model.ts';
import { endlessRoom } from '../../../src/runtime/onnxruntime/memory.ts';
import { Evaluator } from '../../../src/runtime/training/evaluator.ts';
import { Sessions } from '../../../src/runtime/training/sessions.ts';
import { fixtureModel, temporaryFolder } from '../../support/paths.ts';
import { ordinaryFile } from '../../support/proto-files.ts';
import { linesOf } from '../../support/records.ts';
import { userErrorOf } from '../../support/user-error.ts';

/** Nothing may be loaded. */
class NoSessions extends Sessions {
  override training(): never {
    throw new Error('the model was loaded');
  }

  override forward(): never {
    throw new Error('the model was loaded');
  }

  override once(): never {
    throw new Error('a graph was loaded');
  }
}

const positions = 8;
const device = { device: 'cpu', prepareWeights: true } as const;
const sessions = new NoSessions(device);
const common = { cancelled: () => false, onProgress: () => undefined };
const text = 'the lamp burned all night';
// One position more than tokens.
const arrangement = 'e-unguided-m-repeated';
let model: Model;
beforeAll(async () => {
  const opened = await openModel(fixtureModel('llama-tied-bf16'));
  model = { ...opened, config: { ...opened.config, maximumPositions: positions } };
});

describe('what needs more positions than the model has is refused before anything is loaded:', () => {
  test('a compression', async () => {
    const options = compressionOptions.parse({ arrangement, segmentLength: positions });
    const message = await userErrorOf(() => compress({ model, sessions, device: 'cpu', text, options, ...common }));
    expect(message).toMatch(/A segment of 8 tokens needs 9 positions and llama-tied-bf16 has 8; choose/);
  });

  test('a search for solutions', async () => {
    const texts = [{ title: 'lamp', text }];
    const options = solutionOptions.parse({});
    const message = await userErrorOf(() => findSolutions({ model, sessions, texts, options, ...common }));
    expect(message).toMatch(/^lamp needs \d+ positions and llama-tied-bf16 has 8; choose a shorter part of it\.$/);
  });

  test('decoding and evaluating a file, and solutions in one', async () => {
    const { id, revision, fingerprint, config } = model;
    const { hiddenSize } = config;
    const vector = new Float32Array(hiddenSize);
    const made = { id, revision, fingerprint, architecture: config.architecture };
    const shape = { model: made, arrangement, hiddenSize, e: vector, m: vector } as const;
    const file = { ...ordinaryFile, ...shape, segmentLengths: [positions], corrections: [] };
    for (const work of [decodeProto(model, sessions, file), evaluate({ model, sessions }, file, text, () => false)])
      expect(await userErrorOf(() => work)).toMatch(/its sizes do not fit its model/);
    const solution = { text: 0, seed: 0, steps: 1, correct: 0, tokens: positions, e: vector, m: vector };
    const texts = [{ title: 'lamp', text }];
    const set = {
      model: made,
      arrangement,
      recipe: 'lbfgs',
      hiddenSize,
      texts,
      solutions: [solution],
      curves: [],
    } as const;
    const given = { name: 'x.solutions.json', file: writeSolutions(set) };
    expect(await userErrorOf(() => openSolutions(model, given))).toMatch(/its sizes do not fit its model/);
  });

  test('the cells of an experiment, each in its record', async () => {
    const records = join(temporaryFolder(), 'cells.jsonl');
    const experiment = arrangements.choose('quick', { lengths: positions + 1, texts: 1, budget: 2 });
    await runExperiment({ experiment, model, sessions, texts: [text], records, ...common });
    const problems = linesOf(records).map(line => JSON.parse(line).problem);
    expect(problems).toHaveLength(5);
    for (const problem of problems) expect(problem).toMatch(/^It needs \d+ positions and the model has 8\.$/);
  });
});

test('what there is no memory for is refused before anything is loaded, in one pass or with gradients', async () => {
  const little = new NoSessions(device, { ...endlessRoom, longest: { training: 5, forward: 7 } });
  const evaluator = new Evaluator(model, little);
  const candidate = (tokens: number) => ({
    protoTokens: [new Float32Array(model.config.hiddenSize)],
    layout: { kinds: new Array<number>(tokens).fill(0), positionOfToken: [...new Array(tokens).keys()] },
    tokens: new Int32Array(tokens),
  });
  const refused = (most: number) => new RegExp(`not enough memory for a text of ${most + 1} .*at most ${most} tokens`);
  expect(await userErrorOf(() => evaluator.evaluate([candidate(2), candidate(6)]))).toMatch(refused(5));
  expect(await userErrorOf(() => evaluator.look([candidate(8)]))).toMatch(refused(7));
  await expect(evaluator.look([candidate(7)])).rejects.toThrow('the model was loaded');
});
