import { execFileSync } from 'node:child_process';
import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { pairsOf } from '../../../src/runtime/analysis/connectivity/ends.ts';
import { connectOptions } from '../../../src/runtime/analysis/connectivity/options.ts';
import { distanceReport } from '../../../src/runtime/analysis/distances/report.ts';
import { addCurves } from '../../../src/runtime/files/curves.ts';
import { readProto, readProtoHead, sizesOf, writeProto } from '../../../src/runtime/files/proto-file.ts';
import { writeSafetensors } from '../../../src/runtime/files/safetensors.ts';
import { checkSolutionsFit, readSolutions, writeSolutions } from '../../../src/runtime/files/solutions-file.ts';
import { readSolutionsHead } from '../../../src/runtime/files/solutions-head.ts';
import { TextTokenizer } from '../../../src/runtime/models/tokenizer.ts';
import { fewAtATime } from '../../../src/views/few-at-a-time.ts';
import { decodingSeconds, followingSeconds, longestFollowed } from '../../../src/views/files/decoding-cost.ts';
import { readBeginning, readFileHead } from '../../../src/views/files/file-head.ts';
import { fixtureModel, temporaryFolder } from '../../support/paths.ts';
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

  test('more corrections than tokens, in a header that is not too long', async () => {
    const corrections = `[${'[0,1],'.repeat(2_000_000)}[0,1]]`;
    const file = writeSafetensors({ format: 'proto-tokens', format_version: '1', corrections }, []);
    expect(await userErrorOf(() => readProto(file, 'x.proto'))).toMatch(/it has more corrections than tokens/);
  });
});

describe('a file of solutions that claims more than this program makes is refused before anything is made of it:', () => {
  const solution = { text: 0, seed: 0, steps: 1, correct: 1, tokens: 1, e: 'AAAAAA==', m: 'AAAAAA==' };
  const head = { format: 'proto-tokens solutions', version: 1, model: { id: 'x', revision: null, fingerprint: 'x' } };
  const whole = { ...head, arrangement: 'e-m-repeated', recipe: 'lbfgs', hiddenSize: 1 };
  const one = { ...whole, texts: [{ title: 'a', text: 'a' }], solutions: [solution], curves: [] };
  const read = (content: object) => readSolutions(Buffer.from(JSON.stringify(content)), 'x.solutions.json');

  test('one solution is none too many', () => {
    expect(read(one).solutions).toHaveLength(1);
  });

  test.each([
    [
      'solutions',
      { ...one, solutions: new Array<number>(100_000).fill(1) },
      /has 100,000 solutions and at most 20,000/,
    ],
    ['texts', { ...one, texts: new Array<number>(5001).fill(1) }, /has 5,001 texts and at most 5,000/],
    ['curves', { ...one, curves: new Array<number>(5001).fill(1) }, /has 5,001 curves and at most 5,000/],
    ['tokens', { ...one, solutions: [{ ...solution, tokens: 4097 }] }, /solutions\.0\.tokens makes no sense/],
  ])('more %s than any', async (_list, content, sentence) => {
    expect(await userErrorOf(() => read(content))).toMatch(sentence);
  });

  test('more bytes than can lie in memory', async () => {
    const bytes = new Uint8Array(256 * 2 ** 20 + 1);
    expect(await userErrorOf(() => readSolutions(bytes, 'x.solutions.json'))).toMatch(/has 268 MB and was not read/);
  });

  test('a search whose file would be refused does not begin', async () => {
    expect(await userErrorOf(() => checkSolutionsFit(3, 10_000, 768))).toMatch(
      /30,000 solutions would make .* at most 20,000/,
    );
    expect(await userErrorOf(() => checkSolutionsFit(1, 10_000, 4096))).toMatch(/10,000 solutions .* at most 6,/);
    expect(await userErrorOf(() => checkSolutionsFit(5001, 1, 768))).toMatch(/5,001 texts .* at most 5,000/);
    expect(() => checkSolutionsFit(1, 10_000, 768)).not.toThrow();
  });

  test('more solutions than can be compared', async () => {
    const solutions = Array.from({ length: 2001 }, (_, seed) => ({ ...solution, seed }));
    const tokenizer = await TextTokenizer.load(fixtureModel('llama-tied-bf16'));
    const options = { measure: 'cosine', over: 'e', order: 'text', minimumAccuracy: 0, semantic: 'off' } as const;
    expect(await userErrorOf(() => distanceReport(read({ ...one, solutions }), tokenizer, options))).toMatch(
      /There are 2,001 solutions of 1 text and at most 2,000 of either are compared/,
    );
  });

  test('more pairs than can be connected', async () => {
    const solutions = Array.from({ length: 102 }, (_, seed) => ({ ...solution, seed }));
    const options = connectOptions.parse({});
    expect(pairsOf(read({ ...one, solutions: solutions.slice(0, 100) }), options)).toHaveLength(4950);
    expect(await userErrorOf(() => pairsOf(read({ ...one, solutions }), options))).toMatch(
      /There are 5,151 pairs of solutions of one text and a file has at most 5,000 curves/,
    );
    // Of a solution that is not connected the file keeps its curves.
    const good = solutions.slice(0, 101).map((one, i) => ({ ...one, correct: i < 100 ? 1 : 0 }));
    const vectors = { e: solution.e, m: solution.m };
    const curves = Array.from({ length: 60 }, (_, first) => ({ first, second: 100, steps: 1, ...vectors }));
    const holding = (count: number) => read({ ...one, solutions: good, curves: curves.slice(0, count) });
    const better = connectOptions.parse({ minimumAccuracy: 1 });
    expect(pairsOf(holding(50), better)).toHaveLength(4950);
    expect(await userErrorOf(() => pairsOf(holding(51), better))).toMatch(
      /With those that it holds the file would have 5,001 curves and has at most 5,000 curves/,
    );
  });

  test('nested deeper than a stack, curves are not added to it', async () => {
    const deep = `{"curves":[],"x":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
    expect(await userErrorOf(() => addCurves(Buffer.from(deep), [], 'x.solutions.json'))).toMatch(
      /is not a file of sol/,
    );
  });
});

describe('the list of files reads of a large file of solutions', () => {
  const set = {
    ...({
      model: { id: 'demo', revision: null, fingerprint: 'x' },
      arrangement: 'e-m-repeated',
      recipe: 'lbfgs',
    } as const),
    hiddenSize: 1000,
    texts: [
      { title: 'a', text: ',"solutions": [' },
      { title: 'b', text: 'b' },
    ],
    solutions: Array.from({ length: 50 }, (_, seed) => {
      const vector = new Float32Array(1000);
      return { text: 0, seed, steps: 1, correct: 1, tokens: 1, e: vector, m: vector };
    }),
    curves: [],
  };

  test('its beginning, which says what stands before the solutions', async () => {
    const path = join(temporaryFolder(), 'x.solutions.json');
    writeFileSync(path, writeSolutions(set));
    const { beginning, size } = await readBeginning(path, 10_000);
    expect([beginning.length, size]).toEqual([10_000, writeSolutions(set).length]);
    expect(readSolutionsHead(beginning)).toEqual({ model: { id: 'demo' }, arrangement: 'e-m-repeated', texts: 2 });
    expect(readSolutionsHead(beginning.subarray(0, 100))).toBeUndefined();
  });

  test('nothing where it is something else', () => {
    for (const text of ['', '{}', '{"a":{"x":1,"solutions":[', '{"format":"other","texts":[],"solutions":['])
      expect(readSolutionsHead(Buffer.from(text))).toBeUndefined();
  });
});

test('following the curves of a file is estimated by what the file claims', () => {
  const demoModel = 32e6;
  const seconds = (curves: number, tokens: number) =>
    followingSeconds({ tokens: new Array<number>(curves).fill(tokens), hiddenSize: 768 }, 21, demoModel);
  expect(seconds(45, 64)).toBeLessThan(longestFollowed);
  expect(seconds(20_000, 64)).toBeGreaterThan(longestFollowed);
  expect(seconds(10, 4096)).toBeGreaterThan(longestFollowed);
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
