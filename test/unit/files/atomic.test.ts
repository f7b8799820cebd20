import { readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeAtomically } from '../../../src/runtime/files/atomic.ts';
import { temporaryFolder } from '../../support/paths.ts';

/** Of no process: larger than any system gives. */
const gone = 2 ** 30;

test('what a killed write has left beside a result is removed by the next one, and nothing else is', async () => {
  const folder = temporaryFolder();
  const name = 'notes.tokens.proto';
  const others = [
    `${name}.20261127`,
    `${name}.${process.pid}.partial`,
    `${name}.${gone}.partial.txt`,
    `other.${gone}.partial`,
    `${name}.backup.partial`,
  ];
  for (const other of [...others, `${name}.${gone}.partial`, `${name}.${gone + 1}.partial`]) {
    writeFileSync(join(folder, other), 'left');
    utimesSync(join(folder, other), 1, 1);
  }
  // Perhaps being written now, by a machine that shares the folder.
  utimesSync(join(folder, `${name}.${gone + 1}.partial`), Date.now() / 1000, Date.now() / 1000);
  await writeAtomically(join(folder, name), Buffer.from('whole'));
  expect(readFileSync(join(folder, name), 'utf8')).toBe('whole');
  // The one of this process was in the way of its own write, and has become the file.
  const expected = [name, `${name}.${gone + 1}.partial`, ...others.filter(other => !other.includes(`${process.pid}`))];
  expect(readdirSync(folder).sort()).toEqual(expected.sort());
});
