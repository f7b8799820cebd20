import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { outcomeSchema } from '../../../src/runtime/experiments/cell.ts';
import { recordsFile, writeRequest } from '../../../src/runtime/experiments/folder.ts';
import { inFolder } from '../../../src/runtime/experiments/lock.ts';
import { randomTexts, textsOfFiles } from '../../../src/runtime/experiments/texts.ts';
import { writeAtomically } from '../../../src/runtime/files/atomic.ts';
import { writeInside } from '../../../src/runtime/files/inside.ts';
import { Checkpoint } from '../../../src/runtime/work/checkpoint.ts';
import { Records } from '../../../src/runtime/work/records.ts';
import { temporaryFolder } from '../../support/paths.ts';
import { userErrorOf } from '../../support/user-error.ts';

const bytes = Buffer.from('ours');
const openRecords = (path: string) => Records.open(path, outcomeSchema, 'record of an experiment');

// Windows makes links for administrators only, and has no pipes among its files.
describe.skipIf(process.platform === 'win32')('a folder that came from somebody else', () => {
  /** A folder, and a file outside of it that must stay as it is. */
  function folderAndVictim() {
    const victim = join(temporaryFolder(), 'victim');
    writeFileSync(victim, 'theirs');
    chmodSync(victim, 0o755);
    return { folder: temporaryFolder(), victim };
  }

  test('gets files of a report in the place of its links, and not through them', async () => {
    const { folder, victim } = folderAndVictim();
    symlinkSync(victim, join(folder, 'report.html'));
    await writeInside(folder, 'report.html', bytes);
    expect(readFileSync(victim, 'utf8')).toBe('theirs');
    expect(lstatSync(join(folder, 'report.html')).isSymbolicLink()).toBe(false);
    expect(readFileSync(join(folder, 'report.html'), 'utf8')).toBe('ours');
    // Nor does the file become a program because the link led to one.
    expect(statSync(join(folder, 'report.html')).mode & 0o111).toBe(0);
  });

  test('cannot send files into another folder', async () => {
    const { folder } = folderAndVictim();
    const hooks = temporaryFolder();
    symlinkSync(hooks, join(folder, 'texts'));
    expect(await userErrorOf(() => writeInside(folder, 'texts/pre-commit', bytes))).toMatch(
      /pre-commit was not written because a link leads from there out of/,
    );
    expect(existsSync(join(hooks, 'pre-commit'))).toBe(false);
    mkdirSync(join(folder, 'inside'));
    symlinkSync(join(folder, 'inside'), join(folder, 'link'));
    await writeInside(folder, 'link/a', bytes);
    expect(readFileSync(join(folder, 'inside', 'a'), 'utf8')).toBe('ours');
  });

  test('a file that a person names is still written where its link leads', async () => {
    const { folder, victim } = folderAndVictim();
    symlinkSync(victim, join(folder, 'out'));
    await writeAtomically(join(folder, 'out'), bytes);
    expect(readFileSync(victim, 'utf8')).toBe('ours');
    expect(statSync(victim).mode & 0o777).toBe(0o755);
  });

  test('has records, checkpoint and description of an experiment kept out of other files', async () => {
    const { folder, victim } = folderAndVictim();
    symlinkSync(victim, recordsFile(folder));
    expect(await userErrorOf(() => openRecords(recordsFile(folder)))).toMatch(
      /cells\.jsonl is a link and was not opened/,
    );
    const missing = join(temporaryFolder(), 'missing');
    symlinkSync(missing, join(folder, 'other.jsonl'));
    expect(await userErrorOf(() => openRecords(join(folder, 'other.jsonl')))).toMatch(/is a link/);
    expect(existsSync(missing)).toBe(false);
    for (const name of ['x.checkpoint', 'experiment.json']) symlinkSync(victim, join(folder, name));
    await new Checkpoint(join(folder, 'x.checkpoint'), 'key').write({ a: 1 });
    const source = { name: 'x', sha256: '', texts: 0, paths: [], cut: 'whole' as const, words: null };
    const model = { folder: 'x', id: 'x', fingerprint: 'x' };
    const asked = { experiment: 'capacity', preset: 'quick' as const, settings: {}, device: 'cpu', software: '1' };
    // What lies behind the link is no description, and so the folder is none of ours.
    expect(await userErrorOf(() => writeRequest(folder, { ...asked, source, model }))).toMatch(
      /is not of an experiment/,
    );
    expect(readFileSync(victim, 'utf8')).toBe('theirs');
  });

  test('cannot make a command wait for ever with a pipe as the lock', async () => {
    const { folder } = folderAndVictim();
    execFileSync('mkfifo', [join(folder, 'experiment.lock')]);
    expect(await inFolder(folder, () => Promise.resolve('mine'))).toBe('mine');
  });

  test('has only regular files read as texts, none without a limit, and no link followed round and round', async () => {
    const { folder } = folderAndVictim();
    writeFileSync(join(folder, 'a.txt'), 'a text');
    for (const name of ['b', 'c', 'd']) symlinkSync(folder, join(folder, name));
    expect((await textsOfFiles([folder], 'whole')).texts.map(({ text }) => text)).toEqual(['a text']);
    execFileSync('mkfifo', [join(folder, 'pipe.txt')]);
    for (const path of [folder, join(folder, 'pipe.txt')])
      expect(await userErrorOf(() => textsOfFiles([path], 'whole'))).toMatch(/pipe\.txt is not a regular file/);
    expect(await userErrorOf(() => randomTexts(join(folder, 'pipe.txt'), 1, 1, 0))).toMatch(/is not a regular file/);
    const other = temporaryFolder();
    symlinkSync('/dev/zero', join(other, 'zero.md'));
    expect(await userErrorOf(() => textsOfFiles([other], 'whole'))).toMatch(/zero\.md is not a regular file/);
    writeFileSync(join(folder, 'large.txt'), '');
    truncateSync(join(folder, 'large.txt'), 2 ** 40);
    expect(await userErrorOf(() => textsOfFiles([join(folder, 'large.txt')], 'whole'))).toMatch(/MB and was not read/);
    expect(await userErrorOf(() => randomTexts(join(folder, 'large.txt'), 1, 1, 0))).toMatch(/it has no lines/);
  });
});
