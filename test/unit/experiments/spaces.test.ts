import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectivity } from '../../../src/runtime/experiments/connectivity.ts';
import { distances } from '../../../src/runtime/experiments/distances.ts';
import type { ChosenExperiment } from '../../../src/runtime/experiments/experiment.ts';
import { horizon } from '../../../src/runtime/experiments/horizon.ts';
import { reportRecords, runExperiment } from '../../../src/runtime/experiments/run.ts';
import { similarity } from '../../../src/runtime/experiments/similarity.ts';
import { decodeVector } from '../../../src/runtime/files/vectors.ts';
import { type Model, openModel } from '../../../src/runtime/models/model.ts';
import { layoutOf } from '../../../src/runtime/training/arrangement.ts';
import { Evaluator } from '../../../src/runtime/training/evaluator.ts';
import { Sessions } from '../../../src/runtime/training/sessions.ts';
import type { Oracle } from '../../../src/runtime/work/item.ts';
import { Gate } from '../../support/gate.ts';
import { expectLinesWhenStopped } from '../../support/killed-experiment.ts';
import { fixtureModel, temporaryFolder } from '../../support/paths.ts';
import { linesOf } from '../../support/records.ts';
import { equalTexts, textsOfLengths } from '../../support/text-lengths.ts';
import { userErrorOf } from '../../support/user-error.ts';

const sessions = new Sessions({ device: 'cpu', prepareWeights: true });
afterAll(() => sessions.dispose());

const texts = ['The sea was calm that night.', 'He opened the door and went in.', 'I will go home now, she said.'];
const own = { contexts: 2, continuations: 0, length: 2, budget: 60 };
const figure4 = distances.choose('quick', { ...own, seeds: 2 });
const sharedM = distances.choose('quick', { ...own, seeds: 2, length: 1, shared: 'm' });
const figure5 = similarity.choose('quick', { ...own, contexts: 3 });
const figure6 = connectivity.choose('quick', { length: 2, texts: 1, seeds: 3, steps: 30, points: 5, budget: 60 });
const grown = horizon.choose('quick', { texts: 2, longest: 4, budget: 40 });
const bisected = horizon.choose('quick', { texts: 2, longest: 6, budget: 40, growth: 'bisection' });

test.each([distances, similarity])(
  '$name: more solutions than can be compared are refused before one is trained',
  async chosen => {
    const planned = (contexts: number) =>
      chosen
        .choose('quick', { contexts, continuations: 0, length: 4, ...(chosen === distances && { seeds: 1 }) })
        .stages(equalTexts(2001, 4))[0]?.(() => undefined);
    expect(planned(2000)).toHaveLength(2000);
    expect(await userErrorOf(() => planned(2001))).toMatch(/2,001 solutions and at most 2,000/);
  },
);

describe('an experiment on the space of solutions', () => {
  let model: Model;
  beforeAll(async () => {
    model = await openModel(fixtureModel('llama-tied-bf16'));
  });
  const run = (experiment: ChosenExperiment, records: string, oracle?: Oracle, cancelled = () => false) =>
    runExperiment({ experiment, model, sessions, texts, records, oracle, cancelled, onProgress: () => undefined });
  const outcomesOf = async (experiment: ChosenExperiment) => {
    const records = join(temporaryFolder(), 'cells.jsonl');
    await run(experiment, records);
    return { records, outcomes: linesOf(records).map(line => JSON.parse(line)) };
  };

  test.each([
    ['distances', figure4, 4],
    ['distances with a shared m', sharedM, 1],
    ['similarity', figure5, 3],
    ['connectivity', figure6, 3 + 3],
    ['horizon', grown, 2],
    ['horizon by bisection', bisected, 2],
  ] as const)(
    '%s, killed in the middle and continued, has the lines of an undisturbed run',
    async (_, experiment, cells) => {
      const records = join(temporaryFolder(), 'cells.jsonl');
      const never = new Gate(new Evaluator(model, sessions), Number.POSITIVE_INFINITY);
      await run(experiment, records, never);
      const expected = linesOf(records);
      expect(expected).toHaveLength(cells);
      // In the middle, and where little is left: of connectivity, among the solutions and among the curves.
      const all = never.asked.length;
      for (const stopAt of new Set([Math.ceil(all / 2), all - 1])) {
        const gate = new Gate(new Evaluator(model, sessions), stopAt);
        await expectLinesWhenStopped(run.bind(null, experiment), gate, expected);
      }
    },
  );

  test('keeps vectors that give as many tokens as it says', async () => {
    for (const { outcomes } of [await outcomesOf(figure4), await outcomesOf(sharedM)])
      for (const { texts: indices, length, correct, detail } of outcomes)
        for (const [i, text] of indices.entries()) {
          const tokens = Int32Array.from(model.tokenizer.encode(texts[text] ?? '').slice(0, length));
          const protoTokens = [detail.e[i] ?? detail.e[0], detail.m[i] ?? detail.m[0]].map(decodeVector);
          const target = { protoTokens, layout: layoutOf('e-m-repeated', length), tokens };
          const [look] = await new Evaluator(model, sessions).look([target]);
          expect(tokens.filter((token, t) => look?.predicted[t] === token)).toHaveLength(correct[i]);
        }
  });

  test('connects every two solutions that came out right, and looks at both paths', async () => {
    const { records, outcomes } = await outcomesOf(figure6);
    const curves = outcomes.filter(({ task }) => task.kind === 'curve');
    expect(curves.map(({ seed, task }) => `${seed} ${task.otherSeed}`).sort()).toEqual(['0 1', '0 2', '1 2']);
    for (const { detail, correct, task } of curves) {
      expect(task.ends).toBeUndefined();
      expect([detail.straight.at(0), detail.straight.at(-1)]).toEqual([1, 1]);
      expect(detail.curve).toHaveLength(5);
      expect(correct[0]).toBe(2 * Math.min(...detail.curve));
      expect(detail.lengthRatio).toBeGreaterThanOrEqual(1);
    }
    const { tables, figures } = await reportRecords({ experiment: figure6, model, texts, records });
    expect(tables[0]?.rows.map(([name, pairs]) => [name, pairs])).toEqual([
      ['straight line', '3'],
      ['curve', '3'],
    ]);
    expect(figures[0]?.panels[0]?.series.map(({ points }) => points.length)).toEqual([5, 5]);
  });

  test('leaves a curve out whose solutions are not among the records', async () => {
    const planned = figure6.stages(textsOfLengths(9));
    const curvesAlone: ChosenExperiment = { ...figure6, stages: () => planned.slice(1) };
    const records = join(temporaryFolder(), 'cells.jsonl');
    await run(curvesAlone, records);
    expect(readFileSync(records, 'utf8')).toBe('');
  });

  test('finds the prefix that comes out right and is not so with one token more, and what each token took', async () => {
    const { outcomes } = await outcomesOf(grown);
    for (const { correct, length, evaluations, detail } of outcomes) {
      const held = correct[0];
      expect(detail.lengths).toEqual(Array.from({ length: held }, (_, i) => i + 1));
      const spent = detail.evaluations.reduce((sum: number, one: number) => sum + one, 0);
      // What failed has had its whole budget.
      expect(evaluations).toBe(spent + (held < length ? 40 : 0));
      expect(detail.surprisals).toHaveLength(Math.min(held + 1, length));
    }
  });

  test('grows a prefix as far as the model has positions', async () => {
    const short = { ...model, config: { ...model.config, maximumPositions: 2 } };
    const records = join(temporaryFolder(), 'cells.jsonl');
    const asked = { experiment: grown, model: short, sessions, texts, records };
    await runExperiment({ ...asked, cancelled: () => false, onProgress: () => undefined });
    for (const { correct, problem, detail } of linesOf(records).map(line => JSON.parse(line))) {
      expect(problem).toBeNull();
      expect(correct[0]).toBeLessThanOrEqual(2);
      expect(correct[0]).toBe(detail.lengths.length);
    }
  });

  test('reports distances by what the texts of two solutions have in common, with intervals', async () => {
    const { records } = await outcomesOf(figure4);
    const { tables, figures } = await reportRecords({ experiment: figure4, model, texts, records });
    expect(tables[0]?.rows.map(([over, kind, pairs]) => [over, kind, pairs])).toEqual(
      ['e', 'm', 'e and m'].flatMap(over => [
        [over, 'same text', '2'],
        [over, 'different contexts', '4'],
      ]),
    );
    expect(figures[0]?.panels.map(({ title }) => title)).toEqual(['e', 'm', 'e and m']);
  });
});
