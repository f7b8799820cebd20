import { expect, test } from 'vitest';
import { columnForPanel } from '../../../src/views/panel/placement.ts';

test('the panel opens beside the only column', () => {
  expect(columnForPanel(1, [1], undefined)).toBe('beside');
});

test('it takes a column that is there already, the next one rather than one before', () => {
  expect(columnForPanel(1, [1, 2, 3], undefined)).toBe(2);
  expect(columnForPanel(2, [1, 2, 3], undefined)).toBe(3);
  expect(columnForPanel(3, [1, 2, 3], undefined)).toBe(2);
});

test('it stays where it is, unless that is the column of its text', () => {
  expect(columnForPanel(1, [1, 2, 3], 3)).toBe(3);
  expect(columnForPanel(2, [1, 2], 2)).toBe(1);
  expect(columnForPanel(1, [1], 1)).toBe('beside');
});

test('the panel of a text that is not open covers nothing', () => {
  expect(columnForPanel(undefined, [1, 2], 2)).toBe(2);
  expect(columnForPanel(undefined, [1, 2], undefined)).toBe('beside');
});
