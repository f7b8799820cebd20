import { describe, expect, test } from 'vitest';
import { scoreTokens } from '../../../src/runtime/decoding/one-step.ts';
import { openModel } from '../../../src/runtime/models/model.ts';
import { Evaluator } from '../../../src/runtime/training/evaluator.ts';
import { Sessions } from '../../../src/runtime/training/sessions.ts';
import { fixtureNames } from '../../fixtures/names.ts';
import { fixtureModel } from '../../support/paths.ts';
import { candidateOf, referenceOf, relativeError } from '../../support/reference.ts';

describe.each(fixtureNames)('%s agrees with PyTorch', name => {
  for (const prepareWeights of [true, false])
    test(`in nll, predictions and both gradients, ${prepareWeights ? 'packed' : 'memory-mapped'}`, async () => {
      const model = await openModel(fixtureModel(name));
      const sessions = new Sessions({ device: 'cpu', prepareWeights });
      for (const reference of referenceOf(name).cases) {
        const [result] = await new Evaluator(model, sessions).evaluate([candidateOf(reference)]);
        if (!result) throw new Error('nothing was evaluated');
        expect(relativeError(result.nll, reference.nll)).toBeLessThan(1e-4);
        expect(relativeError([result.objective], [reference.objective])).toBeLessThan(1e-4);
        expect([...result.predicted]).toEqual(reference.predicted);
        const [byE, byM] = result.gradients;
        expect(relativeError(byE ?? [], reference.gradient_e)).toBeLessThan(1e-4);
        // An arrangement of one position or of e alone has no m: its gradient is exactly zero.
        if (reference.gradient_m.some(value => value !== 0))
          expect(relativeError(byM ?? [], reference.gradient_m)).toBeLessThan(1e-4);
        else expect(byM?.every(value => value === 0)).toBe(true);
      }
      await sessions.dispose();
    });

  test('in one batch of different lengths and arrangements as well as alone', async () => {
    const model = await openModel(fixtureModel(name));
    const sessions = new Sessions({ device: 'cpu', prepareWeights: true });
    const cases = referenceOf(name).cases.filter(({ sharpness }) => sharpness === 1);
    expect(new Set(cases.map(({ tokens }) => tokens.length)).size).toBeGreaterThan(2);
    const results = await new Evaluator(model, sessions).evaluate(cases.map(candidateOf));
    for (const [i, reference] of cases.entries()) {
      expect(relativeError(results[i]?.nll ?? [], reference.nll)).toBeLessThan(1e-4);
      expect(relativeError(results[i]?.gradients[0] ?? [], reference.gradient_e)).toBeLessThan(1e-4);
    }
  });

  test('in the scores of single tokens', async () => {
    const model = await openModel(fixtureModel(name));
    const sessions = new Sessions({ device: 'cpu', prepareWeights: false });
    const { cases } = referenceOf(name);
    const scores = await scoreTokens(model, sessions, cases.map(candidateOf));
    for (const [i, reference] of cases.entries()) {
      const found = scores[i] ?? [];
      expect(
        relativeError(
          found.map(({ nll }) => nll),
          reference.nll,
        ),
      ).toBeLessThan(1e-4);
      expect(found.map(({ predicted }) => predicted)).toEqual(reference.predicted);
      expect(found.map(({ rank }) => rank)).toEqual(reference.rank);
      for (const { margin, predicted, target } of found) expect(margin > 0).toBe(predicted === target);
    }
  });
});
