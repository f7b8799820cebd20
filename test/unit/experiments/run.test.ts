import { appendFileSync, readdirSync, readFileSync, statSync, truncateSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { arrangements } from '../../../src/runtime/experiments/arrangements.ts';
import { capacity } from '../../../src/runtime/experiments/capacity.ts';
import type { Cell, CellOutcome } from '../../../src/runtime/experiments/cell.ts';
import { computeCells } from '../../../src/runtime/experiments/compute.ts';
import type { ChosenExperiment } from '../../../src/runtime/experiments/experiment.ts';
import { Ground } from '../../../src/runtime/experiments/ground.ts';
import { information } from '../../../src/runtime/experiments/information.ts';
import { lacksTexts, planOf, reportRecords, runExperiment } from '../../../src/runtime/experiments/run.ts';
import { sharing } from '../../../src/runtime/experiments/sharing.ts';
import { throughput } from '../../../src/runtime/experiments/throughput.ts';
import { trainingTime } from '../../../src/runtime/experiments/training-time.ts';
import { type Model, openModel } from '../../../src/runtime/models/model.ts';
import type { ExperimentProgress } from '../../../src/runtime/results/experiments.ts';
import { type Candidate, Evaluator } from '../../../src/runtime/training/evaluator.ts';
import { Sessions } from '../../../src/runtime/training/sessions.ts';
import type { Oracle } from '../../../src/runtime/work/item.ts';
import { Gate } from '../../support/gate.ts';
import { expectLinesWhenStopped } from '../../support/killed-experiment.ts';
import { demoModel, temporaryFolder } from '../../support/paths.ts';
import { linesOf } from '../../support/records.ts';

const sessions = new Sessions({ device: 'cpu', prepareWeights: true });
afterAll(() => sessions.dispose());

const texts = ['The sea was calm that night.', 'He opened the door and went in.', 'I will go home now, she said.'];
const table1 = arrangements.choose('quick', { lengths: [1, 4], texts: 2, budget: 12 });
const figure2 = information.choose('quick', { lengths: [2, 4], texts: 2, memory: [1], budget: 10 });
const figure3 = throughput.choose('quick', { lengths: [2], texts: 2, repetitions: 2, budget: 6 });
const table4 = trainingTime.choose('quick', { lengths: [2], texts: 2, budget: 6 });
const table3 = capacity.choose('quick', { lengths: [2, 3], texts: 2, budget: 8, shared: ['none', 'm'] });
const wish = { contexts: 2, contextTokens: 2, count: 1, tokens: 2, seed: 0 };
const table2 = sharing.choose('quick', { length: 3, texts: 2, groups: [1, 2], seeds: 2, budget: 8 });

describe('an experiment', () => {
  let model: Model;
  beforeAll(async () => {
    model = await openModel(demoModel);
  });

  const run = (experiment: ChosenExperiment, records: string, oracle?: Oracle, cancelled = () => false) =>
    runExperiment({ experiment, model, sessions, texts, records, oracle, cancelled, onProgress: () => undefined });
  const undisturbed = async (experiment: ChosenExperiment): Promise<string[]> => {
    const records = join(temporaryFolder(), 'cells.jsonl');
    await run(experiment, records);
    return linesOf(records);
  };

  test.each([
    ['arrangements', table1, 5 * 2 * 2],
    ['sharing', table2, 2 * 2 + 2 * 1 * 2],
    ['capacity', table3, 2 * 2 + 2],
    ['information', figure2, 2 * 2 * 2],
    ['throughput', figure3, 2 * 2],
    ['training-time', table4, 2],
  ])('%s, killed in the middle and continued, has the lines of an undisturbed run', async (_, experiment, cells) => {
    const expected = await undisturbed(experiment);
    expect(expected).toHaveLength(cells);
    for (const stopAt of [1, 4]) {
      const gate = new Gate(new Evaluator(model, sessions), stopAt);
      await expectLinesWhenStopped(run.bind(null, experiment), gate, expected);
    }
  });

  test('computes no cell twice, also when it is extended', async () => {
    const records = join(temporaryFolder(), 'cells.jsonl');
    await run(table1, records);
    const before = linesOf(records);
    const asked: number[] = [];
    const counting = (oracle: Oracle): Oracle => ({
      positionsAtOnce: oracle.positionsAtOnce,
      evaluate: candidates => {
        asked.push(...candidates.map(({ tokens }) => tokens.length));
        return oracle.evaluate(candidates);
      },
      look: targets => oracle.look(targets),
    });
    await run(table1, records, counting(new Evaluator(model, sessions)));
    expect(asked).toEqual([]);
    const longer = arrangements.choose('quick', { lengths: [1, 2, 4], texts: 2, budget: 12 });
    await run(longer, records, counting(new Evaluator(model, sessions)));
    expect(new Set(asked)).toEqual(new Set([2]));
    expect(linesOf(records)).toEqual(expect.arrayContaining(before));
  });

  test('trains a cell by itself where its time is measured', async () => {
    const sizes: number[] = [];
    const evaluator = new Evaluator(model, sessions);
    const watched: Oracle = {
      positionsAtOnce: evaluator.positionsAtOnce,
      evaluate: candidates => {
        sizes.push(candidates.length);
        return evaluator.evaluate(candidates);
      },
      look: targets => evaluator.look(targets),
    };
    await run(table4, join(temporaryFolder(), 'cells.jsonl'), watched);
    expect(new Set(sizes)).toEqual(new Set([1]));
  });

  test('shows those who look on what there is, at the beginning and as cells end', async () => {
    const told: ExperimentProgress[] = [];
    const once = { experiment: table1, model, sessions, texts, cancelled: () => false };
    const records = join(temporaryFolder(), 'cells.jsonl');
    const onProgress = (progress: ExperimentProgress) => void told.push(progress);
    await runExperiment({ ...once, records, onProgress, live: true });
    const reports = told.flatMap(({ report }) => report ?? []);
    expect(reports[0]).toMatchObject({ done: 0, cells: 20, figures: [], failures: [] });
    expect(reports.at(-1)?.done).toBeGreaterThan(0);
    expect(told.at(-1)).toMatchObject({ done: 20, cells: 20, cellsPerMinute: expect.any(Number) });
    told.length = 0;
    await runExperiment({ ...once, records, onProgress });
    expect(told.flatMap(({ report }) => report ?? [])).toEqual([]);
  });

  test('is planned by the tokenizer alone', () => {
    expect(planOf(table1, model.tokenizer, texts)).toEqual({ cells: 20, evaluations: 20 * 12 });
  });

  test('decodes and times what it has trained, in one pass and token by token', async () => {
    const records = join(temporaryFolder(), 'cells.jsonl');
    const experiment = throughput.choose('quick', { lengths: [3], texts: 1, repetitions: 2 });
    await run(experiment, records);
    const outcomes = linesOf(records).map(line => JSON.parse(line));
    expect(outcomes.map(({ memory }) => memory).sort()).toEqual([0, 1]);
    for (const { correct, detail, task } of outcomes) {
      expect(task).toEqual({ kind: 'decoding', repetitions: 2 });
      expect(correct).toEqual([3]);
      expect(detail).toEqual({ kind: 'decoding', seconds: 0, correct: [3] });
    }
    const { tables, figures } = await reportRecords({ experiment, model, texts, records });
    const [byLength] = tables;
    expect(figures[0]?.panels).toHaveLength(2);
    const number = expect.stringMatching(/^\d+±0$/);
    const times = expect.stringMatching(/^\d+\.\d±0\.0$/);
    expect(byLength?.rows).toEqual([['3', number, '1 of 1', number, '1 of 1', times]]);
  });

  test('records why a cell cannot be computed, and goes on', async () => {
    const records = join(temporaryFolder(), 'cells.jsonl');
    const evaluator = new Evaluator(model, sessions);
    const failing: Oracle = {
      positionsAtOnce: evaluator.positionsAtOnce,
      evaluate: (candidates: readonly Candidate[]) => {
        if (candidates.some(({ tokens, layout }) => tokens.length === 4 && layout.kinds.length === 5))
          throw new Error('there is no memory for it');
        return evaluator.evaluate(candidates);
      },
      look: targets => evaluator.look(targets),
    };
    await run(table1, records, failing);
    const outcomes = linesOf(records).map(line => JSON.parse(line));
    const failed = outcomes.filter(({ problem }) => problem !== null);
    expect(failed.map(({ arrangement, length, problem }) => [arrangement, length, problem])).toEqual(
      Array.from({ length: 2 }, () => ['e-unguided-m-repeated', 4, 'there is no memory for it']),
    );
    expect(outcomes).toHaveLength(20);
    const {
      tables: [table],
      failures,
    } = await reportRecords({ experiment: table1, model, texts, records });
    expect(table?.rows.find(([name]) => name === '[e][m]×N')).toEqual(['[e][m]×N', '1.00±0.00', '-']);
    expect(failures).toEqual(
      [1, 2].map(text => ({
        cell: `text ${text}, 4 tokens, [e][m]×N, seed 0`,
        problem: 'there is no memory for it',
      })),
    );
  });

  test.each(['keep', 'onRound'] as const)('takes no cell for failed because it could not %s', async what => {
    const [ground, found] = [Ground.of(model, texts), new Map<string, CellOutcome>()];
    const cells = arrangements.choose('quick', { lengths: [1], texts: 2, budget: 2 }).stages(ground.readTexts())[0];
    const computation = {
      ...{ ground, model, sessions, cancelled: () => false, onRound: () => undefined },
      found: (cell: Cell) => found.get(ground.keyOf(cell)),
      keep: async (outcome: CellOutcome) => void (await Promise.resolve(found.set(ground.keyOf(outcome), outcome))),
    };
    let full = true;
    const once = (): Promise<void> => {
      if (!full) return Promise.resolve();
      full = false;
      return Promise.reject(new Error('the disk is full'));
    };
    const planned = cells?.(() => undefined) ?? [];
    await expect(computeCells(planned, { ...computation, [what]: once })).rejects.toThrow('the disk is full');
    expect([...found.values()].filter(({ problem }) => problem !== null)).toEqual([]);
    expect(await computeCells(planned, computation)).toBe(false);
    expect(found.size).toBe(planned.length);
  });

  test('is cancelled between the surprisals of two texts', async () => {
    const ground = Ground.of(model, texts);
    const cells = arrangements.choose('quick', { lengths: [4], texts: 2, budget: 2 }).stages(ground.readTexts())[0];
    const planned = (cells?.(() => undefined) ?? []).slice(0, 2);
    expect(planned.map(cell => cell.texts)).toEqual([[0], [1]]);
    let asked = 0;
    const nothing = (): Promise<void> => Promise.reject(new Error('nothing has been computed'));
    const computation = { ground, model, sessions, found: () => undefined, keep: nothing, onRound: nothing };
    expect(await computeCells(planned, { ...computation, cancelled: () => ++asked > 1 })).toBe(true);
    const [first, second] = planned.map(cell => ground.informationOf(cell));
    expect(first?.[0]).toBeGreaterThan(0);
    expect(second).toEqual([null]);
  });

  test('is reported from a folder in which it is being computed, of which nothing is changed', async () => {
    const records = join(temporaryFolder(), 'cells.jsonl');
    await run(table4, records);
    const { done } = await reportRecords({ experiment: table4, model, texts, records });
    const [, second = ''] = readFileSync(records, 'utf8').split('\n');
    // As much as has come on the disk of a line that is being appended.
    truncateSync(records, statSync(records).size - 5);
    expect(await reportRecords({ experiment: table4, model, texts, records })).toMatchObject({ done: done - 1 });
    appendFileSync(records, `${second.slice(-4)}\n`);
    expect(await reportRecords({ experiment: table4, model, texts, records })).toMatchObject({ done });

    const missing = join(temporaryFolder(), 'cells.jsonl');
    const request = { experiment: table4, model, texts, records: missing, continuations: wish };
    expect(await lacksTexts(request)).toBe(true);
    expect(await reportRecords(request)).toMatchObject({ done: 0 });
    expect(readdirSync(dirname(missing))).toEqual([]);
  });

  test('tells in a record how much information a prefix has: the sum of its surprisals', async () => {
    const [first = '{}'] = await undisturbed(arrangements.choose('quick', { lengths: [4], texts: 1, budget: 1 }));
    const { information } = JSON.parse(first);
    expect(information).toHaveLength(1);
    expect(information[0]).toBeGreaterThan(4);
    expect(information[0]).toBeLessThan(40);
  });
});
