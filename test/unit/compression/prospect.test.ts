import { describe, expect, test } from 'vitest';
import { Prospect } from '../../../src/runtime/compression/prospect.ts';

const budget = 1500;

/** The first evaluation at which a segment is given up; undefined when it never is. */
function givenUpAt(tokens: number, correctAt: (evaluation: number) => number, interruptedAt = 0): number | undefined {
  let prospect = new Prospect(tokens, budget);
  for (let evaluation = 1; evaluation <= budget; evaluation++) {
    prospect.note(evaluation, Math.min(tokens, Math.floor(correctAt(evaluation))));
    if (prospect.hopelessAt(evaluation)) return evaluation;
    if (evaluation === interruptedAt) prospect = new Prospect(tokens, budget, structuredClone(prospect.state()));
  }
  return undefined;
}

describe('the prospect of a segment', () => {
  test.each([
    ['one that comes right soon', 64, (n: number) => 64 * (n / 130)],
    ['one that comes right at the very end', 64, (n: number) => 64 * (n / budget)],
    ['one whose last quarter never comes', 64, (n: number) => Math.min(50, n / 10)],
    ['one whose pace doubles', 60, (n: number) => (n < 500 ? n / 30 : n / 30 + (n - 500) / 30)],
  ])('is good for %s', (_, tokens, correctAt) => {
    expect(givenUpAt(tokens, correctAt)).toBeUndefined();
  });

  test.each([
    ['nothing comes right', 64, () => 0, 300],
    ['the pace would take six times the budget', 64, (n: number) => n / 150, 300],
    ['it comes to rest at half', 64, (n: number) => Math.min(32, n / 10), 447],
  ])('is bad when %s', (_, tokens, correctAt, expected) => {
    const evaluation = givenUpAt(tokens, correctAt);
    expect(evaluation).toBeGreaterThanOrEqual(expected);
    expect(evaluation).toBeLessThan(expected + 5);
  });

  test('is the same after an interruption', () => {
    const resting = (n: number): number => Math.min(32, n / 10);
    expect(givenUpAt(64, resting, 400)).toBe(givenUpAt(64, resting));
  });

  test('is not judged before the pace is known, however small the budget', () => {
    const prospect = new Prospect(64, 40);
    for (let evaluation = 1; evaluation <= 40; evaluation++) {
      prospect.note(evaluation, 0);
      expect(prospect.hopelessAt(evaluation)).toBe(false);
    }
  });
});
