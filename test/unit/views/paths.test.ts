import { mkdirSync, symlinkSync } from 'node:fs';
import { join, posix, win32 } from 'node:path';
import { describe, expect, test } from 'vitest';
import { isInside, isReallyInside, movedPath } from '../../../src/views/paths.ts';
import { temporaryFolder } from '../../support/paths.ts';

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

test.skipIf(process.platform === 'win32')('a link that leads out of a folder, or into it, is seen through', () => {
  const folder = temporaryFolder();
  const [work, other] = [join(folder, 'work'), join(folder, 'other')];
  for (const made of [work, other]) mkdirSync(made);
  symlinkSync(other, join(work, 'out'));
  symlinkSync(work, join(other, 'in'));
  expect(isReallyInside(work, join(work, 'new', 'folder'))).toBe(true);
  expect(isReallyInside(work, join(work, 'out'))).toBe(false);
  expect(isReallyInside(work, join(work, 'out', 'new', 'folder'))).toBe(false);
  expect(isReallyInside(work, join(other, 'in', 'model'))).toBe(true);
  expect(isReallyInside(join(other, 'in'), join(work, 'model'))).toBe(true);
});

test.each([
  ['/work/notes.md', '/work/notes.md', '/work/tale.md', '/work/tale.md'],
  ['/work/old/deep/notes.md', '/work/old', '/work/new', '/work/new/deep/notes.md'],
  ['/work/older/notes.md', '/work/old', '/work/new', undefined],
  ['/work/notes.md', '/work/other.md', '/work/tale.md', undefined],
])('%s is at its place after %s has become %s', (place, from, to, expected) => {
  expect(movedPath(place, from, to)).toBe(expected);
});
