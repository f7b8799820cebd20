import { describe, expect, test } from 'vitest';
import { type Asked, argument, repeatCompression } from '../../../src/report/repeat.ts';
import { repeatSolutions } from '../../../src/report/repeat-solutions.ts';
import { textFiles } from '../../../src/report/texts.ts';
import type { EvaluatedToken } from '../../../src/runtime/results/tokens.ts';
import { inspection, solutionsFacts } from '../../support/reports.ts';

const places = { model: undefined, texts: ['a.txt', 'b.txt'], out: 'x.json' };
const one = { ...places, texts: ['a.txt'], out: 'x.tokens.proto' };
const tokens = (...right: readonly boolean[]): EvaluatedToken[] =>
  right.map((is, i) => ({
    target: i,
    targetText: '',
    predicted: is ? i : i + 1,
    predictedText: '',
    nll: 1,
    rank: 1,
    top: [],
    start: 0,
    end: 0,
  }));
const ofLengths = (...segmentLengths: number[]) => ({
  ...inspection,
  segmentLengths,
  training: { ...inspection.training, steps: segmentLengths.map(length => 10 * length) },
});
const lineOf = (file: typeof inspection, seen: EvaluatedToken[] | null = null, asked: Asked | null = null) =>
  repeatCompression(file, seen, asked, one);

describe('the command line of a compression', () => {
  test('names everything, so that no default can change it', () => {
    expect(lineOf(inspection).commands).toEqual([
      'npm run -s cli -- compress a.txt --out x.tokens.proto --device cpu --arrangement e-m-repeated --recipe lbfgs --segment-length 4 --seed 3 --storage F16',
    ]);
  });

  test('takes the maximum of tokens per segment from segments that were not split', () => {
    const { commands, assumed } = lineOf(ofLengths(20, 20, 19, 20));
    expect(commands[0]).toContain('--segment-length 20');
    expect(assumed).toHaveLength(1);
  });

  test('takes it from what segments were split from, and says that it is assumed', () => {
    // 64 tokens in one segment, halved, and one of the halves again.
    const { commands, assumed } = lineOf(ofLengths(32, 16, 16));
    expect(commands[0]).toContain('--segment-length 64');
    expect(assumed.join(' ')).toMatch(/per segment was 64.*budget was the one of the recipe/);
    // No segments of at most 64 are halved into these.
    expect(lineOf(ofLengths(70, 35, 35)).commands[0]).toContain('--segment-length 70');
  });

  test('takes the budget from a segment that has used it up', () => {
    const { commands } = lineOf(ofLengths(3, 2), tokens(true, true, true, false, true));
    expect(commands[0]).toContain('--budget 20');
  });

  test('is exact where it is known what was asked for', () => {
    const asked = { segmentLength: 64, budget: 77, sharedM: true, from: 'start.tokens.proto', cancelled: false };
    const { commands, assumed } = lineOf(ofLengths(32, 16, 16), null, asked);
    expect(commands[0]).toMatch(/--from start\.tokens\.proto .*--segment-length 64 --budget 77 .*--shared-m/);
    expect(assumed).toEqual([]);
    expect(lineOf(inspection, null, { ...asked, cancelled: true }).assumed.join()).toContain('cancelled');
  });
});

describe('the command lines of solutions', () => {
  const { inspection: file } = solutionsFacts;
  const anyhow = { sharedM: false, device: 'cpu' };

  test('are one search for texts with the same seeds, and the curves after it', () => {
    expect(repeatSolutions(file, anyhow, places).commands).toEqual([
      'npm run -s cli -- solutions a.txt b.txt --out x.json --device cpu --arrangement e-m-repeated --recipe lbfgs --seeds 2 --seed 0',
      'npm run -s cli -- connect x.json --device cpu --pairs 0,1',
    ]);
    const all = { ...file, curves: [...file.curves, { first: 2, second: 3, steps: 50 }] };
    expect(repeatSolutions(all, { ...anyhow, sharedM: true }, places).commands).toEqual([
      expect.stringContaining('--shared-m'),
      'npm run -s cli -- connect x.json --device cpu --pairs all',
    ]);
  });

  test('are several searches, gathered, where the seeds differ', () => {
    const solutions = file.solutions.map((solution, i) => (i === 3 ? { ...solution, seed: 7, correct: 4 } : solution));
    const { commands, assumed } = repeatSolutions({ ...file, solutions, curves: [] }, anyhow, places);
    expect(commands.map(command => command.replace(/--out.*--budget/, '--budget'))).toEqual([
      'npm run -s cli -- solutions a.txt --budget 43 --seeds 2 --seed 0',
      'npm run -s cli -- solutions b.txt --budget 43 --seeds 1 --seed 0',
      'npm run -s cli -- solutions b.txt --budget 43 --seeds 1 --seed 7',
      'npm run -s cli -- solutions x-1.solutions.json x-2.solutions.json x-3.solutions.json --out x.json --device cpu',
    ]);
    expect(assumed.join()).toContain('gathered');
  });
});

test('an argument is quoted as its shell wants it', () => {
  expect([argument('a.txt', 'linux'), argument("it's $HOME.txt", 'linux')]).toEqual(['a.txt', "'it'\\''s $HOME.txt'"]);
  expect([argument('C:\\a.txt', 'win32'), argument('my "a".txt', 'win32')]).toEqual(['C:\\a.txt', '"my ""a"".txt"']);
});

test('texts become files of their names, each its own, whatever they are called', () => {
  const files = textFiles([
    { title: 'sea.txt', text: '\ufeffsea\r\n' },
    { title: 'SEA.txt', text: 'other' },
    { title: '../notes.md:3', text: 'a' },
    { title: 'half.txt', text: '\ud800' },
  ]);
  expect(files.map(({ file, exact }) => [file, exact])).toEqual([
    ['texts/sea.txt', true],
    ['texts/SEA.txt-2', false],
    ['texts/notes.md-3', false],
    ['texts/half.txt', false],
  ]);
  expect(Buffer.from(files[0]?.bytes ?? []).toString('hex')).toBe('efbbbf7365610d0a');
});
