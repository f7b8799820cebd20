import * as z from 'zod/mini';
import { counted } from '../counted.ts';
import { about, whole } from '../options.ts';
import type { ReportFigure, ReportTable } from '../results/experiments.ts';
import { cellOf, plainCell } from './cell.ts';
import { experiment, type Lookup, type TextLengths, textsOf } from './experiment.ts';
import { ascendingStages, longestIn, type Way } from './prefixes.ts';
import { paperLengths, paperTraining, trainingOf, trainingSettings, wholes } from './settings.ts';
import { meanInWords, meanWithInterval, positive } from './statistics.ts';

const settings = z.object({
  lengths: about(z._default(wholes(1, 4096), [32, 64, 128]), 'tokens of the prefixes of a text'),
  texts: about(z._default(whole(1, 100_000), 3), 'number of texts', 'count'),
  memory: about(z._default(whole(1, 64), 1), 'number of [mem] vectors of the autoregressive baseline', 'count'),
  repetitions: about(
    z._default(whole(1, 1000), 5),
    'timed decodings of each text, of which the median counts',
    'count',
  ),
  ...trainingSettings,
});
type Settings = z.output<typeof settings>;

/** @param memory [mem] vectors before the text; 0 for one-step generation with an e and an m of its own */
function wayOf(chosen: Settings, memory: number): Way {
  const task = { kind: 'decoding', repetitions: chosen.repetitions } as const;
  const rest = { ...plainCell, memory, seed: chosen.seed, ...trainingOf(chosen), task };
  return { together: false, cells: (texts, length) => texts.map(text => cellOf(rest, [text], length)) };
}

/** Both ways, and what they are called. */
const waysOf = (chosen: Settings) => ({
  oneStep: { name: 'one step', way: wayOf(chosen, 0) },
  autoregressive: {
    name: `token by token, ${counted(chosen.memory, '[mem] vector')}`,
    way: wayOf(chosen, chosen.memory),
  },
});

/** How a text was decoded. */
interface Decoded {
  readonly text: number;
  readonly length: number;
  readonly tokensPerSecond: number;
  /** Whether it came out as it was. */
  readonly right: boolean;
}

/** How prefixes of some texts were decoded in a way, those that have been. */
function decodedIn({ cells }: Way, found: Lookup, texts: readonly number[], length: number): Decoded[] {
  return cells(texts, length).flatMap(cell => {
    const {
      detail,
      texts: [text = 0],
    } = found(cell) ?? { texts: [] };
    if (detail?.kind !== 'decoding') return [];
    return [{ text, length, tokensPerSecond: length / detail.seconds, right: detail.correct[0] === length }];
  });
}

const rates = (decoded: readonly Decoded[]): string =>
  meanWithInterval(
    decoded.map(({ tokensPerSecond }) => tokensPerSecond),
    0,
    positive,
  );

/** How many times as fast one step is, over the texts that were decoded in both ways. */
function ratio(oneStep: readonly Decoded[], autoregressive: readonly Decoded[]): string {
  const other = new Map(autoregressive.map(({ text, tokensPerSecond }) => [text, tokensPerSecond]));
  const ratios = oneStep.flatMap(({ text, tokensPerSecond }) => {
    const slower = other.get(text);
    return slower ? [tokensPerSecond / slower] : [];
  });
  return meanWithInterval(ratios, 1, positive);
}

const right = (decoded: readonly Decoded[]): string =>
  `${decoded.filter(one => one.right).length} of ${decoded.length}`;

const timesFaster = 'one step, times token by token';

function byLength(chosen: Settings, texts: TextLengths, found: Lookup): ReportTable {
  const { oneStep, autoregressive } = waysOf(chosen);
  const lengths = [...chosen.lengths].sort((a, b) => a - b);
  return {
    title: `Tokens per second, by length: ${meanInWords}`,
    header: ['N', oneStep.name, 'right', autoregressive.name, 'right, token by token', timesFaster],
    rows: lengths.map(length => {
      const all = textsOf(texts, length, chosen.texts);
      const one = decodedIn(oneStep.way, found, all, length);
      const other = decodedIn(autoregressive.way, found, all, length);
      return [String(length), rates(one), right(one), rates(other), right(other), ratio(one, other)];
    }),
  };
}

/** Every text at the longest prefix that was reconstructed, as in the figure of the paper. */
const longestDecoded = (chosen: Settings, texts: TextLengths, found: Lookup, way: Way): Decoded[] =>
  longestIn(chosen, texts, found, way).flatMap(({ text, length }) => decodedIn(way, found, [text], length));

function atLongest(chosen: Settings, texts: TextLengths, found: Lookup): ReportTable {
  const { oneStep, autoregressive } = waysOf(chosen);
  const one = longestDecoded(chosen, texts, found, oneStep.way);
  const other = longestDecoded(chosen, texts, found, autoregressive.way);
  const row = (name: string, decoded: readonly Decoded[], times: string): string[] => [
    name,
    String(decoded.length),
    meanWithInterval(
      decoded.map(({ length }) => length),
      1,
      positive,
    ),
    rates(decoded),
    times,
  ];
  return {
    title: `At the longest reconstructed prefix of each text: ${meanInWords}`,
    header: ['way', 'texts', 'longest prefix, mean', 'tokens per second', timesFaster],
    rows: [row(oneStep.name, one, ratio(one, other)), row(autoregressive.name, other, '')],
  };
}

function figuresOf(chosen: Settings, texts: TextLengths, found: Lookup): ReportFigure[] {
  const { oneStep, autoregressive } = waysOf(chosen);
  const lengths = [...chosen.lengths].sort((a, b) => a - b);
  const slower = new Map(
    longestDecoded(chosen, texts, found, autoregressive.way).map(({ text, tokensPerSecond }) => [
      text,
      tokensPerSecond,
    ]),
  );
  const pairs = longestDecoded(chosen, texts, found, oneStep.way).flatMap(({ text, tokensPerSecond }) => {
    const x = slower.get(text);
    return x ? [{ x, y: tokensPerSecond }] : [];
  });
  const ends = [Math.min(...pairs.map(({ x }) => x)), Math.max(...pairs.map(({ x }) => x))];
  const unit = 'tokens per second';
  return [
    {
      file: 'throughput',
      title: 'Throughput of decoding',
      caption:
        'Each point is a text. Left: by length. Right: at the longest prefix that each way reconstructs; on the lines, one step is ten and a hundred times as fast.',
      panels: [
        {
          title: 'By length',
          x: { label: 'tokens of the text', scale: 'logarithmic', ticks: lengths },
          y: { label: unit, scale: 'logarithmic' },
          series: [oneStep, autoregressive].map(({ name, way }) => ({
            name,
            kind: 'points',
            points: lengths.flatMap(length =>
              decodedIn(way, found, textsOf(texts, length, chosen.texts), length).map(({ tokensPerSecond }) => ({
                x: length,
                y: tokensPerSecond,
              })),
            ),
          })),
        },
        {
          title: 'At the longest reconstructed prefix',
          x: { label: `token by token: ${unit}`, scale: 'logarithmic' },
          y: { label: `one step: ${unit}`, scale: 'logarithmic' },
          series: [
            { name: 'texts', kind: 'points', points: pairs },
            ...[10, 100].map(times => ({
              name: `${times} times as fast`,
              kind: 'guide' as const,
              points: ends.map(x => ({ x, y: x * times })),
            })),
          ],
        },
      ],
    },
  ];
}

/** Figure 3: tokens per second of decoding in one pass, and of greedy decoding with a cache of keys and values. */
export const throughput = experiment({
  name: 'throughput',
  summary: 'tokens per second of decoding in one pass and token by token',
  paper: 'Figure 3',
  settings,
  paperSettings: { lengths: paperLengths, texts: 50, ...paperTraining },
  // Both ways of a length in turn, so that a machine that is busy for a while slows both.
  stages: (chosen, texts) => {
    const { oneStep, autoregressive } = waysOf(chosen);
    const others = ascendingStages(chosen, texts, autoregressive.way);
    return ascendingStages(chosen, texts, oneStep.way).flatMap((stage, i) => [stage, ...others.slice(i, i + 1)]);
  },
  report: (chosen, texts, found) => ({
    figures: figuresOf(chosen, texts, found),
    tables: [
      byLength(chosen, texts, found),
      atLongest(chosen, texts, found),
      {
        title: 'The paper (Figure 3: six models of 160M to 8B parameters, one A100 or H100), tokens per second',
        header: ['one step', 'token by token', timesFaster],
        rows: [['up to about 25,000', 'about 20 to 140', '279 on average']],
      },
    ],
  }),
});
