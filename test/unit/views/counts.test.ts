import { expect, test } from 'vitest';
import { countsIn } from '../../../src/views/counts.ts';
import { t } from '../../../webview/strings.ts';

const counts = countsIn(t);

test('numbers of a part and of the whole are written alike', () => {
  expect(counts.part(1234, counts.tokens(3301))).toBe('1,234 of 3,301 tokens');
  expect(counts.part(0, counts.curves(1))).toBe('0 of 1 curve');
});
