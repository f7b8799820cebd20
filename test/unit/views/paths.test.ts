import { posix, win32 } from 'node:path';
import { describe, expect, test } from 'vitest';
import { isInside } from '../../../src/views/paths.ts';

describe('a place lies in a folder', () => {
  test.each([
    ['/work/notes', '/work/notes', true],
    ['/work/notes', '/work/notes/model', true],
    ['/work/notes', '/work/notes/..model', true],
    ['/work/notes', '/work/notes/...', true],
    ['/work/notes', '/work', false],
    ['/work/notes', '/work/notes2', false],
    ['/work/notes', '/work/model', false],
    ['/work/notes', '/work/notes/../model', false],
  ])('%s holds %s: %s', (folder, place, expected) => {
    expect(isInside(folder, place, posix)).toBe(expected);
  });

  test.each([
    ['C:\\work', 'C:\\work\\model', true],
    ['C:\\work', 'c:\\WORK\\model', true],
    ['C:\\work', 'C:\\work\\..model', true],
    ['C:\\work', 'C:\\model', false],
    ['C:\\work', 'D:\\model', false],
    ['C:\\work', 'D:\\work\\model', false],
    ['C:\\work', '\\\\server\\share\\model', false],
  ])('%s holds %s: %s', (folder, place, expected) => {
    expect(isInside(folder, place, win32)).toBe(expected);
  });
});
