import { readdirSync, readFileSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkWritable, writeAtomically } from '../../../src/runtime/files/atomic.ts';
import { temporaryFolder } from '../../support/paths.ts';
import { userErrorOf } from '../../support/user-error.ts';

/** Of no process: larger than any system gives. */
const gone = 2 ** 30;

test.skipIf(process.platform === 'win32')(
  'what could not be written at the end is known at the beginning',
  async () => {
    const folder = temporaryFolder();
    const [long, link] = [join(folder, 'n'.repeat(250)), join(folder, 'link')];
    symlinkSync(long, link);
    writeFileSync(long, 'earlier');
    for (const path of [long, link]) {
      expect(await userErrorOf(() => checkWritable(path))).toMatch(/its name is too long; choose a shorter one\.$/);
      await userErrorOf(() => writeAtomically(path, Buffer.from('whole')));
      expect(readFileSync(path, 'utf8')).toBe('earlier');
    }
    expect(await userErrorOf(() => checkWritable(join(folder, 'none', 'x')))).toMatch(/its folder does not exist/);
    expect(readdirSync(folder)).toHaveLength(2);
    for (const path of ['n'.repeat(200), 'é'.repeat(100), 'a b\u0301'].map(name => join(folder, name))) {
      await checkWritable(path);
      await writeAtomically(path, Buffer.from('whole'));
      expect(readFileSync(path, 'utf8')).toBe('whole');
    }
  },
);

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
