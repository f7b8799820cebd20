import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { benchmarkConvergence } from '../../bench/convergence/convergence.ts';
import { isMeasured, isSettled, reaches } from '../../bench/convergence/result.ts';
import { ResultsFile } from '../../bench/convergence/results-file.ts';
import { runTask } from '../../bench/convergence/run.ts';
import { type Trial, trialsOf } from '../../bench/convergence/trial.ts';
import { openModel } from '../../src/runtime/models/model.ts';
import { Evaluator } from '../../src/runtime/training/evaluator.ts';
import { Sessions } from '../../src/runtime/training/sessions.ts';
import { resultOf, settingOf } from '../support/convergence.ts';
import { Gate } from '../support/gate.ts';
import { demoModel, temporaryFolder } from '../support/paths.ts';
import { userErrorOf } from '../support/user-error.ts';

const setting = settingOf(2);
const [first, second] = trialsOf(setting, 'lbfgs', 8) as [Trial, Trial];

describe('a results file', () => {
  test('holds lines of JSON with a version and a key, which depends on the constants of the recipe', async () => {
    const path = join(temporaryFolder(), 'results.jsonl');
    await (await ResultsFile.open(path)).append(resultOf(first));
    const line = JSON.parse(readFileSync(path, 'utf8'));
    expect(line).toEqual({ version: 1, key: expect.stringMatching(/^[0-9a-f]{64}$/), ...resultOf(first) });
    appendFileSync(path, `${JSON.stringify({ ...line, key: 'of other constants', budget: 9 })}\n`);
    const again = await ResultsFile.open(path);
    expect(again.find(first)?.budget).toBe(100);
    expect(again.all()).toHaveLength(2);
  });

  test('is taken up after a kill in the middle of a line', async () => {
    const path = join(temporaryFolder(), 'new', 'results.jsonl');
    await (await ResultsFile.open(path)).append(resultOf(first));
    const [line = ''] = readFileSync(path, 'utf8').split('\n');
    appendFileSync(path, line.slice(0, 50));
    const again = await ResultsFile.open(path);
    expect([again.find(first), again.find(second)]).toEqual([resultOf(first), undefined]);
    await again.append(resultOf(second, { budget: 7 }));
    expect((await ResultsFile.open(path)).all()).toEqual([resultOf(first), resultOf(second, { budget: 7 })]);
  });

  test('takes the later of two results', async () => {
    const path = join(temporaryFolder(), 'results.jsonl');
    const file = await ResultsFile.open(path);
    await file.append(resultOf(first));
    await file.append(resultOf(first, { budget: 500 }));
    expect((await ResultsFile.open(path)).find(first)?.budget).toBe(500);
  });

  test.each(['one\ntwo\n', '{"name": "something"}'])(
    'refuses something else, and leaves it as it is: %j',
    async text => {
      const path = join(temporaryFolder(), 'notes.txt');
      writeFileSync(path, text);
      expect(await userErrorOf(() => ResultsFile.open(path))).toContain('Line 1');
      expect(readFileSync(path, 'utf8')).toBe(text);
    },
  );
});

test('a larger budget asks again for what was not perfect, and only for that', () => {
  const failed = resultOf(first, { budget: 100 });
  expect([100, 101].map(budget => isMeasured(failed, budget))).toEqual([true, false]);
  expect(isMeasured(resultOf(first, { perfect: { steps: 90, seconds: 1 } }), 5000)).toBe(true);
  const skipped = resultOf(first, { budget: 100, skipped: true });
  expect([isMeasured(skipped, 100), isSettled(skipped, 100), isSettled(skipped, 101)]).toEqual([false, true, false]);
});

test('99 % of a hundred tokens are ninety-nine, of fewer all of them', () => {
  expect([98, 99].map(correct => reaches('near', correct, 100))).toEqual([false, true]);
  expect([98, 99].map(correct => reaches('near', correct, 99))).toEqual([false, true]);
});

describe('a run', () => {
  test('skips what two failures make hopeless, and tries it when asked to', async () => {
    const results = await ResultsFile.open(join(temporaryFolder(), 'results.jsonl'));
    const model = await openModel(demoModel);
    const sessions = new Sessions({ device: 'cpu', prepareWeights: true });
    const recipe = 'paper';
    // One evaluation finds nothing.
    const task = { setting, recipes: [recipe], lengths: [12, 8, 10], steps: 1, giveUp: true } as const;
    const surroundings = {
      model,
      sessions,
      results,
      signal: new AbortController().signal,
      onProgress: () => undefined,
    };
    const skipped = () => trialsOf(setting, recipe, 12).map(trial => results.find(trial)?.skipped);
    await runTask(task, surroundings);
    expect(skipped()).toEqual([true, true]);
    await runTask({ ...task, giveUp: false }, surroundings);
    expect(skipped()).toEqual([false, false]);
    await sessions.dispose();
  });

  test('that is stopped goes on in the middle of its attempts, and measures the same', async () => {
    const model = await openModel(demoModel);
    const sessions = new Sessions({ device: 'cpu', prepareWeights: true });
    const task = { setting, recipes: ['lbfgs'], lengths: [8], steps: 12, giveUp: true } as const;
    const run = async (results: ResultsFile, gate: Gate, signal = new AbortController().signal) => {
      await runTask(task, { model, sessions, oracle: gate, results, signal, onProgress: () => undefined });
      return results.all().map(({ spent, perfect, near, ...rest }) => [rest, spent.steps, perfect?.steps, near?.steps]);
    };
    const open = () => ResultsFile.open(join(temporaryFolder(), 'results.jsonl'));
    const evaluator = () => new Evaluator(model, sessions);
    const whole = new Gate(evaluator(), 0);
    const expected = await run(await open(), whole);
    expect(expected).toHaveLength(2);

    const results = await open();
    const gate = new Gate(evaluator(), 5);
    const controller = new AbortController();
    const stopping = run(results, gate, controller.signal);
    await gate.reached;
    controller.abort();
    gate.letGo();
    expect(await stopping).toEqual([]);
    expect(existsSync(results.checkpoint)).toBe(true);
    const rest = new Gate(evaluator(), 0);
    expect(await run(results, rest)).toEqual(expected);
    expect(rest.asked.length).toBe(whole.asked.length - 5);
    expect(existsSync(results.checkpoint)).toBe(false);
    await sessions.dispose();
  });

  describe('on the demo model', () => {
    beforeEach(() => void vi.spyOn(process.stdout, 'write').mockReturnValue(true));
    afterEach(() => void vi.restoreAllMocks());

    test('writes each result once, and tables and plots every time', async () => {
      const folder = temporaryFolder();
      const options = {
        defaultModels: [demoModel, join(folder, 'none')],
        recipes: ['lbfgs'],
        lengths: [4],
        texts: 2,
        kind: 'prose',
        split: 'develop',
        seed: 0,
        giveUp: true,
        device: 'cpu',
        results: join(folder, 'results.jsonl'),
        out: folder,
      } as const;
      const written = () => readFileSync(options.results, 'utf8');
      await benchmarkConvergence({ ...options, report: false });
      const results = written();
      expect(results.split('\n').length).toBe(3);
      for (const line of results.trim().split('\n')) expect(JSON.parse(line)).toMatchObject({ length: 4, correct: 4 });

      vi.mocked(process.stdout.write).mockClear();
      await benchmarkConvergence({ ...options, report: false });
      expect(written()).toBe(results);
      const printed = vi.mocked(process.stdout.write).mock.calls.join('');
      expect(printed).toMatch(/lbfgs +4 +2 +2 +100 %/);
      await benchmarkConvergence({ ...options, report: true });
      expect(written()).toBe(results);
      for (const name of ['evaluations', 'capacity']) {
        const picture = readFileSync(join(folder, `${name}-develop-prose.svg`), 'utf8');
        expect(picture).toContain('<desc id="description">demo-model on cpu, develop prose, seed 0, lbfgs: ');
        expect(picture).not.toMatch(/NaN|Infinity|undefined/);
      }
    });
  });
});
