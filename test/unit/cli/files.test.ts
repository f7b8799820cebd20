import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { fromHere } from '../../../src/cli/files.ts';

test('a path is named from the folder where the command runs, if it lies in it', () => {
  const here = process.cwd();
  expect(fromHere(join(here, 'bench', 'models'))).toBe(join('bench', 'models'));
  expect(fromHere(join(here, '..hidden'))).toBe('..hidden');
  for (const elsewhere of [here, resolve(here, '..'), resolve(here, '..', 'other')])
    expect(fromHere(elsewhere)).toBe(elsewhere);
});
