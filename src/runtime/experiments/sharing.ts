import * as z from 'zod/mini';
import { about, whole } from '../options.ts';
import { type Cell, cellOf, plainCell } from './cell.ts';
import { experiment, type Lookup, type TextLengths, textsOf } from './experiment.ts';
import { meanPoint } from './figures.ts';
import { paperTraining, trainingOf, trainingSettings, wholes } from './settings.ts';
import { intervalInWords, intervalOf, meanAndDeviation, meanEstimate, share } from './statistics.ts';

const shareable = ['e', 'm'] as const;
type Shared = (typeof shareable)[number];

const settings = z.object({
  length: about(z._default(whole(1, 4096), 8), 'tokens of the prefix of each text', 'count'),
  texts: about(z._default(whole(1, 100_000), 16), 'number of texts', 'count'),
  groups: about(z._default(wholes(1, 100_000), [1, 4, 16]), 'numbers of texts that share a proto-token'),
  seeds: about(z._default(whole(1, 10_000), 3), 'trainings of each group, from different seeds', 'count'),
  shared: about(z._default(z.array(z.enum(shareable)), [...shareable]), 'which proto-token is shared'),
  ...trainingSettings,
});
type Settings = z.output<typeof settings>;

/** The texts in groups of a size, in their order; a last group that is smaller is left out. */
function groupsOf(chosen: Settings, all: TextLengths, size: number): number[][] {
  const texts = textsOf(all, chosen.length, chosen.texts);
  const groups: number[][] = [];
  for (let first = 0; first + size <= texts.length; first += size) groups.push(texts.slice(first, first + size));
  return groups;
}

function cellsOf(chosen: Settings, groups: readonly number[][], shared: Shared, seed: number): Cell[] {
  const { length } = chosen;
  const size = groups[0]?.length;
  // A group of one shares nothing; so both rows of the table have the same cells there.
  const rest = { ...plainCell, shared: size === 1 ? 'none' : shared, seed, ...trainingOf(chosen) } as const;
  return groups.map(group => cellOf(rest, group, length));
}

const seedsOf = ({ seed, seeds }: Settings): number[] => Array.from({ length: seeds }, (_, i) => seed + i);

/** Accuracy of each text: the greatest over the seeds, the mean of them, and all of them. */
function accuracies(chosen: Settings, texts: TextLengths, found: Lookup, shared: Shared, size: number) {
  const byText = new Map<number, number[]>();
  const groups = groupsOf(chosen, texts, size);
  for (const seed of seedsOf(chosen))
    for (const cell of cellsOf(chosen, groups, shared, seed)) {
      const outcome = found(cell);
      if (!outcome || outcome.problem !== null) continue;
      for (const [i, text] of cell.texts.entries()) {
        const values = byText.get(text) ?? [];
        values.push((outcome.correct[i] ?? 0) / cell.length);
        byText.set(text, values);
      }
    }
  const all = [...byText.values()];
  return {
    greatest: all.map(values => Math.max(...values)),
    mean: all.map(values => values.reduce((sum, accuracy) => sum + accuracy, 0) / values.length),
    every: all.flat(),
  };
}

/** Table 2 of the paper (256 texts of PG-19, N=256, ten seeds). */
const paperGroups = [1, 16, 256];
const paperRows = [
  ['e', 'max', '1.00±0.00', '0.99±0.01', '0.99±0.02'],
  ['e', 'avg', '0.98±0.08', '0.90±0.17', '0.86±0.20'],
  ['m', 'max', '1.00±0.00', '1.00±0.00', '1.00±0.01'],
  ['m', 'avg', '0.98±0.07', '0.86±0.19', '0.83±0.18'],
];

/** Table 2: what it costs when texts share one of the two proto-tokens. */
export const sharing = experiment({
  name: 'sharing',
  summary: 'accuracy when e or m is shared by groups of texts, the best and the mean over seeds',
  paper: 'Table 2',
  settings,
  paperSettings: { length: 256, texts: 256, groups: [1, 4, 16, 64, 256], seeds: 10, ...paperTraining },
  stages: (chosen, texts) =>
    chosen.groups.map(size => () => {
      const groups = groupsOf(chosen, texts, size);
      return chosen.shared.flatMap(shared => seedsOf(chosen).flatMap(seed => cellsOf(chosen, groups, shared, seed)));
    }),
  report: (chosen, texts, found) => {
    const results = chosen.shared.map(shared => ({
      shared,
      columns: chosen.groups.map(size => ({ size, ...accuracies(chosen, texts, found, shared, size) })),
    }));
    const interval = (values: readonly number[]): string => intervalOf(meanEstimate(values, share), 2);
    return {
      tables: [
        {
          title:
            'Accuracy: max is the best seed of each text, avg all seeds; mean ± standard deviation over texts and seeds, intervals over the texts, those of a group counted as independent',
          header: ['shared', 'over seeds', ...chosen.groups.map(size => `groups of ${size}`)],
          rows: results.flatMap(({ shared, columns }) => [
            [shared, 'max', ...columns.map(({ greatest }) => meanAndDeviation(greatest, 2))],
            ['', intervalInWords, ...columns.map(({ greatest }) => interval(greatest))],
            [shared, 'avg', ...columns.map(({ every }) => meanAndDeviation(every, 2))],
            // The seeds of a text are no independent values.
            ['', intervalInWords, ...columns.map(({ mean }) => interval(mean))],
          ]),
        },
        {
          title: 'The paper (Llama-3.2-1B, 256 texts of PG-19, N=256, ten seeds)',
          header: ['shared', 'over seeds', ...paperGroups.map(size => `groups of ${size}`)],
          rows: paperRows,
        },
      ],
      figures: [
        {
          file: 'accuracy',
          title: 'Accuracy when texts share a proto-token',
          caption: 'Each point is the mean over the texts, each bar its 95 % interval.',
          panels: [
            {
              title: '',
              x: { label: 'texts that share it', scale: 'logarithmic', ticks: chosen.groups },
              y: { label: 'accuracy', scale: 'linear' },
              series: results.flatMap(({ shared, columns }) => {
                const ascending = [...columns].sort((a, b) => a.size - b.size);
                return [
                  {
                    name: `${shared} shared, best seed`,
                    kind: 'line' as const,
                    points: ascending.flatMap(({ size, greatest }) => meanPoint(size, greatest, share)),
                  },
                  {
                    name: `${shared} shared, all seeds`,
                    kind: 'line' as const,
                    points: ascending.flatMap(({ size, mean }) => meanPoint(size, mean, share)),
                  },
                ];
              }),
            },
          ],
        },
      ],
    };
  },
});
