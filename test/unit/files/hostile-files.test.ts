import { execFileSync } from 'node:child_process';
import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readProto, readProtoHead, sizesOf, writeProto } from '../../../src/runtime/files/proto-file.ts';
import { writeSafetensors } from '../../../src/runtime/files/safetensors.ts';
import { fewAtATime } from '../../../src/views/few-at-a-time.ts';
import { decodingSeconds } from '../../../src/views/files/decoding-cost.ts';
import { readFileHead } from '../../../src/views/files/file-head.ts';
import { temporaryFolder } from '../../support/paths.ts';
import { ordinaryFile } from '../../support/proto-files.ts';
import { userErrorOf } from '../../support/user-error.ts';

/** A file that claims other segments, with vectors for them. */
function claiming(segmentLengths: readonly number[]): Uint8Array {
  const vectors = new Float32Array(segmentLengths.length);
  return writeProto({
    ...ordinaryFile,
    segmentLengths: [...segmentLengths],
    corrections: [],
    hiddenSize: 1,
    e: vectors,
    m: vectors,
    sharedM: false,
  });
}

describe('a file that claims more than this program makes is refused before anything is computed:', () => {
  test('a segment longer than any', async () => {
    expect(await userErrorOf(() => readProto(claiming([131_072]), 'x.proto'))).toMatch(
      /segmentLengths\.0 makes no sense/,
    );
  });

  test('more tokens than any', async () => {
    const message = await userErrorOf(() => readProto(claiming(new Array<number>(1300).fill(1024)), 'x.proto'));
    expect(message).toMatch(/holds 1,331,200 tokens and no file has more than 200,000 tokens/);
  });

  test('40 MB of corrections', async () => {
    const corrections = `[${'[0,1],'.repeat(7_000_000)}[0,1]]`;
    const file = writeSafetensors({ format: 'proto-tokens', format_version: '1', corrections }, []);
    expect(file.length).toBeGreaterThan(40e6);
    expect(await userErrorOf(() => readProto(file, 'x.proto'))).toMatch(/its header does not fit into it/);
  });
});

describe('the header of a file', () => {
  test('says all that the file says of itself', async () => {
    const path = join(temporaryFolder(), 'x.tokens.proto');
    const bytes = writeProto(ordinaryFile);
    writeFileSync(path, bytes);
    const { file, size } = await readFileHead(path);
    expect(file.length).toBeLessThan(bytes.length);
    const { e, m, ...said } = readProto(bytes, 'x.proto');
    expect(readProtoHead(file, size, 'x.proto')).toEqual(said);
    expect(sizesOf(size, said).vectors).toBe(4 * (e.length + m.length));
  });

  test('is all that is read of a file', async () => {
    const path = join(temporaryFolder(), 'x.tokens.proto');
    writeFileSync(path, '\n syntax = "proto3";');
    truncateSync(path, 2 ** 40);
    const { file, size } = await readFileHead(path);
    expect([file.length, size]).toEqual([4104, 2 ** 40]);
    expect(await userErrorOf(() => readProtoHead(file, size, 'x.proto'))).toMatch(/Protocol Buffers schema/);
  });

  test.skipIf(process.platform === 'win32')('is not read of a pipe', async () => {
    const path = join(temporaryFolder(), 'x.tokens.proto');
    execFileSync('mkfifo', [path]);
    expect(await userErrorOf(() => readFileHead(path))).toMatch(/is not a regular file/);
  });
});

test('a few are done at a time, and the results are in their order', async () => {
  let [now, most] = [0, 0];
  const open: (() => void)[] = [];
  const done = fewAtATime(3, [1, 2, 3, 4, 5, 6, 7], async item => {
    most = Math.max(most, ++now);
    await new Promise<void>(resolve => open.push(resolve));
    now--;
    return 10 * item;
  });
  for (let i = 0; i < 7; i++) {
    await expect.poll(() => open.length).toBeGreaterThan(0);
    open.pop()?.();
  }
  expect(await done).toEqual([10, 20, 30, 40, 50, 60, 70]);
  expect(most).toBe(3);
});

describe('decoding is estimated', () => {
  const demoModel = 32e6;
  test.each([
    ['short for what a person compresses with the demo model', new Array<number>(32).fill(64), 576, demoModel, 0, 10],
    ['long for all the tokens that a file can have', new Array<number>(3125).fill(64), 576, demoModel, 30, 1000],
    ['longer than the weights say for long segments', new Array<number>(48).fill(4096), 576, demoModel, 600, 10_000],
    ['long for a short text and a large model', [64, 64, 64, 64], 8192, 140e9, 30, 10_000],
    ['nothing where there is no model', [64], 576, 0, 0, 0],
  ] as const)('%s', (_name, segmentLengths, hiddenSize, bytes, least, most) => {
    const seconds = decodingSeconds({ segmentLengths, hiddenSize }, bytes);
    expect(seconds).toBeGreaterThanOrEqual(least);
    expect(seconds).toBeLessThanOrEqual(most);
  });
});
