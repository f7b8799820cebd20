import { expect, test } from 'vitest';
import { Overdue, within } from '../../../src/runtime/models/watchdog.ts';

function endless(): never {
  for (;;);
}

test('work that never ends is ended, and what other work throws goes through', () => {
  expect(() => within(20, endless)).toThrow(Overdue);
  expect(() => within(20, () => JSON.parse('{'))).toThrow(SyntaxError);
  expect(within(1000, () => 7)).toBe(7);
});

test('on a machine that is busy or was asleep work is begun again until it has had its time', () => {
  // After each attempt the process has had so many milliseconds in all.
  const had = [0, 3, 3, 9, 9, 9];
  let begun = 0;
  const work = (): number => (++begun < 3 ? endless() : begun);
  expect(within(20, work, () => had.shift() ?? 9)).toBe(3);
  expect(begun).toBe(3);
  const enough = [0, 3, 3, 24];
  expect(() => within(20, endless, () => enough.shift() ?? 24)).toThrow(Overdue);
  expect(enough).toEqual([]);
});
