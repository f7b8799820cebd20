import * as z from 'zod/mini';
import { pairGroups } from '../analysis/distances/pairs.ts';
import { about, whole } from '../options.ts';
import type { Density, PairKind } from '../results/distances.ts';
import type { FigurePanel, ReportTable } from '../results/experiments.ts';
import { experiment, type ReadTexts } from './experiment.ts';
import { paperTraining, trainingSettings } from './settings.ts';
import {
  type Compared,
  comparedInWords,
  comparedOf,
  contextsOf,
  continuationsOf,
  distancesOver,
  type FoundSolution,
  foundSolutions,
  solutionCells,
} from './solutions.ts';
import { bootstrapEstimate, type Estimate, withInterval } from './statistics.ts';

/** What the experiments on distances between solutions of the model's own texts have. */
export const solutionSettings = {
  contexts: about(z._default(whole(1, 10_000), 6), 'number of texts that the model continues', 'count'),
  continuations: about(
    z._default(whole(0, 1000), 3),
    'continuations of each that the model writes; 0 takes the texts themselves',
    'count',
  ),
  context: about(z._default(whole(1, 2048), 32), 'tokens of the beginning of a text that are continued', 'count'),
  length: about(z._default(whole(1, 4096), 12), 'tokens of each continuation', 'count'),
  seeds: about(z._default(whole(1, 1000), 3), 'solutions of the last continuation of each text', 'count'),
  shared: about(z._default(z.enum(['none', 'm']), 'none'), 'whether m is shared by all solutions: none, m'),
  ...trainingSettings,
};
const settings = z.object(solutionSettings);
type Settings = z.output<typeof settings>;

/** What the paper has: 50 texts, ten continuations of each, ten solutions of one of them, m shared by all. */
export const paperSolutions = {
  contexts: 50,
  continuations: 10,
  context: 64,
  length: 64,
  seeds: 10,
  shared: 'm',
  ...paperTraining,
} as const;

const kindsInWords: Readonly<Record<PairKind, string>> = {
  'same-text': 'same text',
  'same-context': 'same context',
  'different-context': 'different contexts',
};
/** Middle of the densities of figure 4 of the paper, as far as it can be read off. */
const paperMiddles: Readonly<Record<PairKind, string>> = {
  'same-text': 'nearest',
  'same-context': 'between',
  'different-context': 'farthest',
};

/** Sums and numbers of the distances of one kind, by the contexts of both solutions. */
class Sums {
  private readonly sums: Float64Array;
  private readonly counts: Float64Array;

  constructor(private readonly units: number) {
    this.sums = new Float64Array(units * units);
    this.counts = new Float64Array(units * units);
  }

  add(a: number, b: number, distance: number): void {
    const place = a * this.units + b;
    this.sums[place] = (this.sums[place] ?? 0) + distance;
    this.counts[place] = (this.counts[place] ?? 0) + 1;
  }

  /** The mean over the pairs of contexts that were drawn; a context is no other one for having been drawn twice. */
  mean(times: Float64Array): number {
    let [sum, count] = [0, 0];
    for (let a = 0; a < this.units; a++)
      for (let b = 0; b < this.units; b++) {
        const place = a * this.units + b;
        const weight = a === b ? (times[a] ?? 0) : (times[a] ?? 0) * (times[b] ?? 0);
        sum += weight * (this.sums[place] ?? 0);
        count += weight * (this.counts[place] ?? 0);
      }
    return sum / count;
  }
}

/** The mean distance by kind of pair, with an interval over samples of the contexts. */
function means(solutions: readonly FoundSolution[], distances: Float32Array, contexts: readonly string[]) {
  const names = [...new Set(solutions.map(({ text }) => contexts[text] ?? ''))];
  const unitOf = new Map(names.map((name, unit) => [name, unit]));
  const sums: Record<PairKind, Sums> = {
    'same-text': new Sums(names.length),
    'same-context': new Sums(names.length),
    'different-context': new Sums(names.length),
  };
  const units = solutions.map(({ text }) => unitOf.get(contexts[text] ?? '') ?? 0);
  for (const [i, a] of solutions.entries())
    for (let j = i + 1; j < solutions.length; j++) {
      const [unit = 0, other = 0] = [units[i], units[j]];
      const kind = a.text === solutions[j]?.text ? 'same-text' : unit === other ? 'same-context' : 'different-context';
      sums[kind].add(unit, other, distances[i * solutions.length + j] ?? 0);
    }
  return (kind: PairKind): Estimate | undefined =>
    bootstrapEstimate(names.length, times => sums[kind].mean(times), names.length ** 2);
}

interface Grouped {
  readonly over: Compared;
  readonly groups: ReturnType<typeof pairGroups>['groups'];
  readonly mean: (kind: PairKind) => Estimate | undefined;
}

async function groupsOf(chosen: Settings, texts: ReadTexts, solutions: readonly FoundSolution[]): Promise<Grouped[]> {
  if (solutions.length < 2) return [];
  const contexts = contextsOf(texts);
  const textOf = solutions.map(({ text }) => text);
  const grouped: Grouped[] = [];
  for (const over of comparedOf(chosen)) {
    const distances = await distancesOver(solutions, over);
    const { groups } = pairGroups(distances, textOf, contexts);
    grouped.push({ over, groups, mean: means(solutions, distances, contexts) });
  }
  return grouped;
}

function tableOf(grouped: readonly Grouped[]): ReportTable {
  return {
    title: 'Cosine distance between two solutions [95 % interval of the mean, bootstrap over the contexts]',
    header: ['vectors', 'solutions of', 'pairs', 'mean', 'quartiles', 'median', 'in the paper'],
    rows: grouped.flatMap(({ over, groups, mean }) =>
      groups.map(({ kind, pairs, median, quartiles }) => [
        comparedInWords[over],
        kindsInWords[kind],
        String(pairs),
        withInterval(mean(kind), 3),
        quartiles.map(value => value.toFixed(3)).join(' to '),
        median.toFixed(3),
        over === 'e' ? paperMiddles[kind] : '-',
      ]),
    ),
  };
}

/** Figure 4: how far apart solutions lie, of the same text, of texts of one context, and of others. */
export const distances = experiment({
  name: 'distances',
  summary: 'distances between solutions: of the same text, of texts with the same context, and of others',
  paper: 'Figure 4',
  settings,
  paperSettings: paperSolutions,
  continuations: continuationsOf,
  stages: (chosen, texts) => [() => solutionCells(chosen, texts)],
  report: async (chosen, texts, found) => {
    const { solutions, leftOut } = foundSolutions(chosen, texts, found);
    const grouped = await groupsOf(chosen, texts, solutions);
    return {
      tables: [
        tableOf(grouped),
        {
          title: 'Solutions that are compared',
          header: ['contexts', 'texts', 'solutions', 'left out (accuracy below 0.99)'],
          rows: [
            [
              String(new Set(solutions.map(({ text }) => contextsOf(texts)[text])).size),
              String(new Set(solutions.map(({ text }) => text)).size),
              String(solutions.length),
              String(leftOut),
            ],
          ],
        },
      ],
      figures: [
        {
          file: 'distances',
          title: 'Distances between solutions',
          caption:
            'Estimated density (Gaussian kernel) of the cosine distances of all pairs of solutions, by what their texts have in common.',
          panels: grouped.map(
            ({ over, groups }): FigurePanel => ({
              title: comparedInWords[over],
              x: { label: 'cosine distance', scale: 'linear', tight: true },
              y: { label: 'density', scale: 'linear' },
              series: groups.map(({ kind, density }) => ({
                name: kindsInWords[kind],
                kind: 'line',
                points: pointsOf(density),
              })),
            }),
          ),
        },
      ],
    };
  },
});

/** Of the points of a density, every fifth: enough for its shape, and few enough for their markers to be told apart. */
const pointsOf = ({ x, y }: Density) =>
  Array.from(x, (at, i) => ({ x: at, y: y[i] ?? 0 })).filter((_, i) => i % 5 === 0);
