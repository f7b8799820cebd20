import { existsSync } from 'node:fs';
import { onnx } from 'onnx-proto';
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { agreement, exactly, timeDeviceStep } from '../../../bench/device-step.ts';
import { compareDevices, modelList, workingDevices } from '../../../bench/devices.ts';
import { continueSequences } from '../../../src/runtime/decoding/autoregressive.ts';
import { decodeOneStep, scoreTokens } from '../../../src/runtime/decoding/one-step.ts';
import { GraphBuilder } from '../../../src/runtime/graph/graph.ts';
import { serialize } from '../../../src/runtime/graph/onnx.ts';
import { type Model, openModel } from '../../../src/runtime/models/model.ts';
import { GraphSession } from '../../../src/runtime/onnxruntime/session.ts';
import { layoutOf } from '../../../src/runtime/training/arrangement.ts';
import { Attempt } from '../../../src/runtime/training/attempt.ts';
import { type CandidateEvaluation, Evaluator } from '../../../src/runtime/training/evaluator.ts';
import type { Problem } from '../../../src/runtime/training/problem.ts';
import { recipeOf } from '../../../src/runtime/training/recipe.ts';
import type { RecipeName } from '../../../src/runtime/training/recipe-names.ts';
import { Sessions } from '../../../src/runtime/training/sessions.ts';
import { computations, mostDifferent } from '../../fixtures/names.ts';
import { advance } from '../../support/advance.ts';
import { fixtureModel } from '../../support/paths.ts';
import { candidateOf, cosine, referenceOf, relativeError } from '../../support/reference.ts';

/** A Vulkan driver that needs no graphics card: SwiftShader, as Debian's chromium brings it. */
const driver = vi.hoisted(() => {
  const path = process.env.VK_DRIVER_FILES ?? '/usr/lib/chromium/vk_swiftshader_icd.json';
  // Before the runtime is loaded, which happens with the imports.
  process.env.VK_DRIVER_FILES = path;
  return path;
});
const hasDriver = existsSync(driver);
const why = hasDriver ? '' : ` (SKIPPED: there is no Vulkan driver ${driver}; install chromium and libvulkan1)`;

test.runIf(process.env.CI)('the software Vulkan driver is installed where these tests must run', () => {
  expect(hasDriver, `${driver} is missing; install chromium and libvulkan1`).toBe(true);
});

describe.skipIf(!hasDriver)(`WebGPU, never falling back to the CPU, computes what the CPU computes${why}`, () => {
  const webgpu = new Sessions({ device: 'webgpu', prepareWeights: true, forbidFallback: true });
  const cpu = new Sessions({ device: 'cpu', prepareWeights: true });
  afterAll(async () => {
    await webgpu.dispose();
    await cpu.dispose();
  });

  test('and would be found out if it fell back: it lacks LogSoftmax', async () => {
    const graph = new GraphBuilder();
    graph.output('y', graph.softmax(graph.input('x', 'float32', [2, 4])));
    const softmax = serialize(graph);
    const model = onnx.ModelProto.decode(softmax.bytes);
    for (const node of model.graph?.node ?? []) node.opType = 'LogSoftmax';
    const logSoftmax = { ...softmax, bytes: onnx.ModelProto.encode(model).finish() };
    await expect(GraphSession.create(softmax, webgpu.options)).resolves.toBeDefined();
    await expect(GraphSession.create(logSoftmax, webgpu.options)).rejects.toThrow(/fallback|fall back/i);
    await expect(GraphSession.create(logSoftmax, cpu.options)).resolves.toBeDefined();
  });

  // The driver makes every kernel anew for each model and length; what they have in common is tried with two of them.
  test.each(computations)('nll, objective, predictions and both gradients for %s', async name => {
    const model = await openModel(fixtureModel(name));
    const candidates = referenceOf(name)
      .cases.map(candidateOf)
      .slice(0, mostDifferent.includes(name) ? undefined : 1);
    const expected = await new Evaluator(model, cpu).evaluate(candidates);
    const actual = await new Evaluator(model, webgpu).evaluate(candidates);
    expect(actual).toHaveLength(expected.length);
    for (const [i, evaluation] of actual.entries()) expectSame(evaluation, expected[i]);
  });

  describe.each(mostDifferent)('for %s:', name => {
    test('decoded tokens, ranks and margins', async () => {
      const model = await openModel(fixtureModel(name));
      const { cases } = referenceOf(name);
      const candidates = cases.map(candidateOf);
      const decoded = await decodeOneStep(model, webgpu, candidates);
      expect(decoded.map(tokens => [...tokens])).toEqual(cases.map(({ predicted }) => predicted));
      const expected = (await scoreTokens(model, cpu, candidates)).flat();
      const actual = (await scoreTokens(model, webgpu, candidates)).flat();
      expect(actual.map(({ rank }) => rank)).toEqual(expected.map(({ rank }) => rank));
      const margins = [expected, actual].map(scores => scores.map(({ margin }) => margin));
      expect(relativeError(margins[1] ?? [], margins[0] ?? [])).toBeLessThan(1e-4);
    });

    test('continuations, token by token with a cache of keys and values', async () => {
      const model = await openModel(fixtureModel(name));
      const { ids } = referenceOf(name).autoregressive;
      const logitsOf = async (sessions: Sessions): Promise<number[]> => {
        const seen: number[] = [];
        const choose = (logits: Float32Array): number => {
          seen.push(...logits);
          return ids[3 + seen.length / logits.length] ?? 0;
        };
        await continueSequences(model, sessions, [{ prefix: ids.slice(0, 4), choose }], 4);
        return seen;
      };
      expect(relativeError(await logitsOf(webgpu), await logitsOf(cpu))).toBeLessThan(1e-4);
    });
  });

  // SwiftShader has no float16; Mesa's lavapipe has.
  test('at low precision what the CPU computes, nearly; all in float32 where the driver has no float16', async () => {
    const narrow = await webgpu.drafts();
    if (driver.includes('swiftshader')) expect(narrow).toBe(false);
    for (const name of mostDifferent.slice(0, narrow ? undefined : 1)) {
      const model = await openModel(fixtureModel(name));
      const candidates = referenceOf(name)
        .cases.map(candidateOf)
        .slice(0, narrow ? undefined : 1);
      const expected = await new Evaluator(model, cpu).evaluate(candidates);
      const low = candidates.map(candidate => ({ ...candidate, precision: 'low' }) as const);
      const actual = await new Evaluator(model, webgpu).evaluate(low);
      for (const [i, evaluation] of actual.entries())
        if (narrow) expectNear(evaluation, expected[i]);
        else expectSame(evaluation, expected[i]);
    }
  });

  // A solver sees objectives and gradients only, whatever has computed them: one recipe on one model will do.
  test('training', async () => {
    const model = await openModel(fixtureModel('llama-tied-bf16'));
    const expected = await train(model, cpu, 'lbfgs', 12);
    const actual = await train(model, webgpu, 'lbfgs', 12);
    expect(actual.right).toEqual(expected.right);
    expect(relativeError(actual.objectives, expected.objectives)).toBeLessThan(1e-3);
    // It gets the shorter text whole in so few evaluations.
    expect(actual.perfect).toBeGreaterThanOrEqual(1);
  });
});

describe('the benchmark of devices', () => {
  const size = { tokens: 8, batch: 2 };
  const exact = { equalPredictions: 16, predictions: 16, nllError: 0, gradientError: 0 };
  const written = () => vi.mocked(process.stdout.write).mock.calls.join('');
  beforeEach(() => void vi.spyOn(process.stdout, 'write').mockReturnValue(true));
  afterEach(() => void vi.restoreAllMocks());

  test('finds that the CPU computes what the CPU computes', async () => {
    const model = await openModel(fixtureModel('llama-tied-bf16'));
    const [one, other] = [
      await timeDeviceStep(model, exactly('cpu'), size, 2),
      await timeDeviceStep(model, exactly('cpu'), size, 1),
    ];
    expect(agreement(one, other)).toEqual(exact);
    for (const seconds of [one.load, one.firstRun, one.step]) expect(seconds).toBeGreaterThan(0);
    const wrong = { ...one, nll: one.nll.map(value => 1.5 * value), predicted: one.predicted.map(token => token + 1) };
    expect(agreement(wrong, other)).toEqual({ ...exact, equalPredictions: 0, nllError: expect.closeTo(0.5) });
  });

  test.skipIf(!hasDriver)(`finds that WebGPU does so, too${why}`, async () => {
    await compareDevices('llama', await openModel(fixtureModel('llama-tied-bf16')), 8, {
      devices: ['webgpu', 'cpu'],
      batches: [2],
      repetitions: 1,
    });
    expect(written()).toMatch(/^webgpu +2 .* 16\/16 +\d\.\de-[5-9] +\d\.\de-[5-9]$/m);
    expect(written()).toMatch(/^cpu, 8 bits +2 .* \d+\/16 +\d\.\de-[123] +\d\.\de-[123]$/m);
    expect(written()).toMatch(/^webgpu, 16 bits +2 (.* \d+\/16 +\d\.\de-[345] +\d\.\de-[345]| +failed)$/m);
  });

  test("knows the paper's models at the lengths of its Table 4, and says which models there are", () => {
    const lengths = modelList('paper').map(({ name, tokens }) => [name, tokens.at(-1)]);
    expect(lengths).toEqual([
      ['Pythia-160M', 128],
      ['Pythia-410M', 128],
      ['Llama-3.2-1B', 256],
      ['Pythia-1.4B', 128],
      ['Llama-3.2-3B', 512],
      ['Llama-3.1-8B', 512],
    ]);
    expect(modelList('demo model,Pythia-410M').map(({ name }) => name)).toEqual(['demo model', 'Pythia-410M']);
    expect(() => modelList('Pythia')).toThrow(/some of paper, Pythia-160M, .*demo model/);
  });

  // Of the devices that exist, one is always missing.
  test('tells why a device is missing, and goes on when a row fails', async () => {
    const missing = process.platform === 'win32' ? 'cuda' : 'dml';
    expect(await workingDevices([missing, 'cpu'])).toEqual(['cpu']);
    expect(written()).toMatch(new RegExp(`^${missing}: The device "${missing}" cannot be used here.*\\n$`));
    await compareDevices('llama', await openModel(fixtureModel('llama-tied-bf16')), 8, {
      devices: [missing, 'cpu'],
      batches: [1, 2],
      repetitions: 1,
    });
    expect(written().match(new RegExp(`^${missing} +[12] +failed$`, 'gm'))).toHaveLength(2);
    // Load, first run and step; GFLOP/s, tokens/s and kernels; memory where the system tells.
    expect(written().match(/^cpu +[12]( +[\d.]+ ms){3}( +\d+){3} +([\d,]+ MB|-) +- +- +-$/gm)).toHaveLength(2);
    expect(written()).toMatch(new RegExp(`^${missing}, batch 2: .+$`, 'm'));
  });
});

function expectSame(actual: CandidateEvaluation, expected: CandidateEvaluation | undefined): void {
  if (!expected) throw new Error('the CPU evaluated fewer');
  expect(relativeError(actual.nll, [...expected.nll])).toBeLessThan(1e-4);
  expect(relativeError([actual.objective], [expected.objective])).toBeLessThan(1e-4);
  expect(actual.predicted).toEqual(expected.predicted);
  // Of both vectors together: an arrangement without m has a gradient of zero there.
  const all = (evaluation: CandidateEvaluation): number[] => evaluation.gradients.flatMap(gradient => [...gradient]);
  expect(relativeError(all(actual), all(expected))).toBeLessThan(1e-4);
}

/** A draft is good for the direction of a step. */
function expectNear(actual: CandidateEvaluation, expected: CandidateEvaluation | undefined): void {
  if (!expected) throw new Error('the CPU evaluated fewer');
  expect(actual.nll).not.toEqual(expected.nll);
  expect(relativeError(actual.nll, [...expected.nll])).toBeLessThan(0.01);
  const all = (evaluation: CandidateEvaluation): Float32Array =>
    Float32Array.from(evaluation.gradients.flatMap(gradient => [...gradient]));
  expect(cosine(all(actual), all(expected))).toBeGreaterThan(0.999);
}

/** Two texts of different lengths, trained side by side: the objectives of all steps, and what came out right at each. */
async function train(model: Model, sessions: Sessions, name: RecipeName, steps: number) {
  const recipe = recipeOf(name);
  const evaluator = new Evaluator(model, sessions);
  const attempts = [2, 7].map((length, i) => new Attempt(problemOf(model, length, i), recipe, steps));
  const objectives: number[] = [];
  const right: boolean[][] = [];
  for (let step = 0; step < steps; step++) {
    await advance(attempts, evaluator);
    for (const { latest, problem } of attempts)
      for (const [i, { objective, predicted }] of latest.entries()) {
        objectives.push(objective);
        right.push([...predicted].map((token, t) => token === problem.members[i]?.tokens[t]));
      }
  }
  return { objectives, right, perfect: attempts.filter(attempt => attempt.perfect).length };
}

function problemOf({ config }: Model, length: number, seed: number): Problem {
  const tokens = Int32Array.from({ length }, (_, i) => (37 * i + 11 * seed) % config.vocabularySize);
  const members = [{ tokens, layout: layoutOf('e-m-repeated', length), vectors: [0, 1] }];
  return { members, trainable: 2, frozen: [], width: config.hiddenSize, seed: [seed] };
}
