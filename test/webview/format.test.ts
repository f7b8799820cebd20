import { expect, test } from 'vitest';
import { clock as clockOfHost } from '../../src/runtime/clock.ts';
import { clock, percent } from '../../webview/format.ts';

test.each([
  [19 / 28, '67.9%'],
  [2 / 3, '66.7%'],
  [0.5, '50%'],
  [0.1234, '12.3%'],
  [0.9996, '99.9%'],
  [1, '100%'],
  [0, '0%'],
  [0.0004, 'under 0.1%'],
])('a share of %d is %s, rounded, and 100 only where nothing is missing', (share, words) => {
  expect(percent(share)).toBe(words);
});

test.each([0, 0.4, 5, 59.6, 60, 754, 3600, 7384])(
  '%s seconds are left in one format, in the panel and elsewhere',
  seconds => {
    expect(clock(seconds)).toBe(clockOfHost(seconds));
  },
);
