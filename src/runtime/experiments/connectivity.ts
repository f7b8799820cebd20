import * as z from 'zod/mini';
import { about, whole } from '../options.ts';
import type { FigureSeries } from '../results/experiments.ts';
import { type Cell, type CellOutcome, isReconstructed, plainCell } from './cell.ts';
import { experiment, type Lookup, type TextLengths, textsOf } from './experiment.ts';
import { meanPoint } from './figures.ts';
import { paperTraining, trainingOf, trainingSettings } from './settings.ts';
import { meanInWords, meanWithInterval, share } from './statistics.ts';

const settings = z.object({
  length: about(z._default(whole(1, 4096), 8), 'tokens of the prefix of each text', 'count'),
  texts: about(z._default(whole(1, 100_000), 2), 'number of texts', 'count'),
  seeds: about(z._default(whole(2, 1000), 4), 'solutions of each text; every two of them are connected', 'count'),
  steps: about(z._default(whole(0, 1_000_000), 500), 'maximum training steps per curve', 'count'),
  points: about(z._default(whole(2, 1001), 21), 'number of points at which a path is evaluated', 'count'),
  ...trainingSettings,
});
type Settings = z.output<typeof settings>;
type Curve = Extract<NonNullable<CellOutcome['detail']>, { kind: 'curve' }>;

const seedsOf = ({ seed, seeds }: Settings): number[] => Array.from({ length: seeds }, (_, i) => seed + i);

function solutionOf(chosen: Settings, text: number, seed: number): Cell {
  const { length } = chosen;
  return { ...plainCell, texts: [text], length, seed, ...trainingOf(chosen), task: { kind: 'solution' } };
}

/** The vectors of a solution; null when its text did not come out right, undefined when it is not there yet. */
function vectorsOf(cell: Cell, found: Lookup) {
  const outcome = found(cell);
  if (!outcome) return undefined;
  const [e, m] = outcome.detail?.kind === 'solution' ? [outcome.detail.e[0], outcome.detail.m[0]] : [];
  if (e === undefined || m === undefined || !isReconstructed(outcome.correct[0] ?? 0, cell.length)) return null;
  return { e, m };
}

/** Curves between every two solutions of each text. Where one did not come out right, there is nothing to connect. */
function curvesOf(chosen: Settings, texts: TextLengths, found: Lookup): Cell[] {
  const { length, steps, points } = chosen;
  return textsOf(texts, length, chosen.texts).flatMap(text => {
    const ends = seedsOf(chosen).map(seed => ({ seed, vectors: vectorsOf(solutionOf(chosen, text, seed), found) }));
    return ends.flatMap((a, i) =>
      ends.slice(i + 1).flatMap((b): Cell[] => {
        if (a.vectors === null || b.vectors === null) return [];
        const task = {
          kind: 'curve',
          otherSeed: b.seed,
          steps,
          points,
          ...(a.vectors && b.vectors ? { ends: [a.vectors, b.vectors] as [typeof a.vectors, typeof b.vectors] } : {}),
        } as const;
        return [{ ...solutionOf(chosen, text, a.seed), task }];
      }),
    );
  });
}

/** The pairs that have been connected. */
function pathsOf(chosen: Settings, texts: TextLengths, found: Lookup): Curve[] {
  return curvesOf(chosen, texts, found).flatMap(cell => {
    const detail = found(cell)?.detail;
    return detail?.kind === 'curve' ? [detail] : [];
  });
}

const lowest = (accuracies: readonly number[]): number => Math.min(...accuracies);

function rowOf(name: string, paths: readonly (readonly number[])[], ratios: readonly number[] | undefined): string[] {
  return [
    name,
    String(paths.length),
    meanWithInterval(paths.map(lowest), 2, share),
    meanWithInterval(
      paths.map(path => path.reduce((sum, accuracy) => sum + accuracy, 0) / path.length),
      2,
      share,
    ),
    `${paths.filter(path => lowest(path) === 1).length} of ${paths.length}`,
    ...(ratios?.length
      ? [meanWithInterval(ratios, 3, { least: 1 }), Math.max(...ratios).toFixed(3)]
      : [ratios ? '-' : '1', ratios ? '-' : '1']),
  ];
}

/** Figure 6: whether solutions of a text are connected, by straight lines and by quadratic Bezier curves. */
export const connectivity = experiment({
  name: 'connectivity',
  summary: 'accuracy along straight lines and trained curves between solutions of a text',
  paper: 'Figure 6',
  settings,
  paperSettings: { length: 64, texts: 5, seeds: 10, steps: 5000, points: 21, ...paperTraining },
  stages: (chosen, texts) => [
    () =>
      textsOf(texts, chosen.length, chosen.texts).flatMap(text =>
        seedsOf(chosen).map(seed => solutionOf(chosen, text, seed)),
      ),
    found => curvesOf(chosen, texts, found),
  ],
  report: (chosen, texts, found) => {
    const paths = pathsOf(chosen, texts, found);
    const series = (name: string, which: 'straight' | 'curve'): FigureSeries => ({
      name,
      kind: 'line',
      points: Array.from({ length: paths.length ? chosen.points : 0 }, (_, i) =>
        meanPoint(
          i / (chosen.points - 1),
          paths.map(path => path[which][i] ?? 0),
          share,
        ),
      ).flat(),
    });
    const header = ['path', 'pairs', 'lowest accuracy', 'mean accuracy', 'right all along', 'length ratio', 'greatest'];
    return {
      tables: [
        {
          title: `Paths between two solutions of a text: ${meanInWords}, pairs counted as independent`,
          header,
          rows: [
            rowOf(
              'straight line',
              paths.map(({ straight }) => straight),
              undefined,
            ),
            rowOf(
              'curve',
              paths.map(({ curve }) => curve),
              paths.map(({ lengthRatio }) => lengthRatio),
            ),
          ],
        },
        {
          title: 'The paper (Figure 6: ten solutions of each of five texts)',
          header,
          rows: [
            ['straight line', '225', 'lost on the way', '-', '-', '1', '1'],
            ['curve', '225', 'kept nearly all along', '-', '-', '-', '1.2'],
          ],
        },
      ],
      figures: [
        {
          file: 'connectivity',
          title: 'Accuracy between two solutions of a text',
          caption: 'Each point is the mean over the pairs of solutions, each bar its 95 % interval.',
          panels: [
            {
              title: '',
              x: { label: 't, from one solution to the other', scale: 'linear' },
              y: { label: 'accuracy', scale: 'linear' },
              series: [series('straight line', 'straight'), series('curve', 'curve')],
            },
          ],
        },
      ],
    };
  },
});
