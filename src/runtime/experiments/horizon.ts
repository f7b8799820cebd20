import * as z from 'zod/mini';
import { about, whole } from '../options.ts';
import type { FigurePoint } from '../results/experiments.ts';
import { type Cell, type CellOutcome, growths, plainCell } from './cell.ts';
import { experiment, type Lookup, type TextLengths, textsOf } from './experiment.ts';
import { meanPoint } from './figures.ts';
import { paperTraining, trainingOf, trainingSettings } from './settings.ts';
import {
  bootstrapEstimate,
  meanInWords,
  meanWithInterval,
  medianOf,
  positive,
  weightedCorrelation,
  withInterval,
} from './statistics.ts';

const settings = z.object({
  texts: about(z._default(whole(1, 100_000), 4), 'number of texts', 'count'),
  longest: about(z._default(whole(1, 4096), 64), 'tokens of the longest prefix that is tried', 'count'),
  growth: about(
    z._default(z.enum(growths), 'token'),
    'how the prefix grows: token by token, or by bisection, which costs fewer evaluations and tells less',
  ),
  ...trainingSettings,
  budget: about(z._default(whole(1, 1_000_000), 300), 'evaluations for each prefix', 'count'),
});
type Settings = z.output<typeof settings>;

/** A text that is shorter than the longest prefix is tried as a whole. */
function cellsOf(chosen: Settings, texts: TextLengths): Cell[] {
  const { seed, longest, growth } = chosen;
  return textsOf(texts, 1, chosen.texts).map(text => ({
    ...plainCell,
    texts: [text],
    length: Math.min(longest, texts.lengthOf(text)),
    seed,
    ...trainingOf(chosen),
    task: { kind: 'horizon', growth },
  }));
}

/** A token by which a prefix grew. */
interface Grown {
  readonly text: number;
  /** Its place in the text, counted from 1. */
  readonly place: number;
  readonly evaluations: number;
  /** In nats; null where it is not known. */
  readonly surprisal: number | null;
}

function outcomesOf(chosen: Settings, texts: TextLengths, found: Lookup): CellOutcome[] {
  return cellsOf(chosen, texts).flatMap(cell => {
    const outcome = found(cell);
    return outcome && outcome.problem === null ? [outcome] : [];
  });
}

/** Every token that came alone, which tells what it took; of those that came with others only the sum is known. */
function grownIn(outcomes: readonly CellOutcome[]): Grown[] {
  return outcomes.flatMap(({ texts: [text = 0], detail }) => {
    if (detail?.kind !== 'horizon') return [];
    const { lengths, evaluations, surprisals } = detail;
    return lengths.flatMap((place, i) =>
      place - (lengths[i - 1] ?? 0) === 1
        ? [{ text, place, evaluations: evaluations[i] ?? 0, surprisal: surprisals[place - 1] ?? null }]
        : [],
    );
  });
}

/** Surprisals in nats from which on a row of the table begins. */
const steps = [0, 1, 2, 4, 6, 8];
const stepOf = (surprisal: number): number => steps.findLastIndex(least => surprisal >= least);
const stepInWords = (step: number): string =>
  steps[step + 1] === undefined ? `${steps[step]} and more` : `${steps[step]} to ${steps[step + 1]}`;

/** Ranks from 1, equal values sharing the mean of theirs. */
function ranks(values: readonly number[]): number[] {
  const order = [...values.keys()].sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
  const found = new Array<number>(values.length).fill(0);
  for (let from = 0; from < order.length; ) {
    let to = from;
    while (to < order.length && values[order[to] ?? 0] === values[order[from] ?? 0]) to++;
    for (let i = from; i < to; i++) found[order[i] ?? 0] = (from + 1 + to) / 2;
    from = to;
  }
  return found;
}

/** Correlation of the ranks of surprisal and evaluations (Spearman), with an interval over samples of the texts. */
function rankCorrelation(grown: readonly (Grown & { readonly surprisal: number })[]) {
  const texts = [...new Set(grown.map(({ text }) => text))];
  const place = new Map(texts.map((text, unit) => [text, unit]));
  const unit = grown.map(({ text }) => place.get(text) ?? 0);
  const x = ranks(grown.map(({ surprisal }) => surprisal));
  const y = ranks(grown.map(({ evaluations }) => evaluations));
  return bootstrapEstimate(
    texts.length,
    times =>
      weightedCorrelation(
        x,
        y,
        unit.map(text => times[text] ?? 0),
      ),
    10 * grown.length,
  );
}

const isKnown = (grown: Grown): grown is Grown & { readonly surprisal: number } => grown.surprisal !== null;

function bySurprisal(grown: readonly Grown[]): string[][] {
  const known = grown.filter(isKnown);
  return steps.flatMap((_, step) => {
    const values = known.filter(({ surprisal }) => stepOf(surprisal) === step).map(({ evaluations }) => evaluations);
    return values.length
      ? [[stepInWords(step), String(values.length), meanWithInterval(values, 1, positive), String(medianOf(values))]]
      : [];
  });
}

/** H_LM of the longest prefix that came out right, in nats. */
function informationOf({ correct: [held = 0], detail }: CellOutcome): number[] {
  if (detail?.kind !== 'horizon') return [];
  const surprisals = detail.surprisals.slice(0, held);
  return surprisals.includes(null) ? [] : [surprisals.reduce<number>((sum, nats) => sum + (nats ?? 0), 0)];
}

/** The exact longest prefix of each text, and what every token of it takes. */
export const horizon = experiment({
  name: 'horizon',
  summary:
    'the exact longest prefix of each text, grown from warm starts, and what each token takes beside its surprisal',
  paper: 'Table 3 refined',
  settings,
  paperSettings: { texts: 50, longest: 1448, budget: 5000, ...paperTraining },
  stages: (chosen, texts) => [() => cellsOf(chosen, texts)],
  report: (chosen, texts, found) => {
    const outcomes = outcomesOf(chosen, texts, found);
    const grown = grownIn(outcomes);
    const known = grown.filter(isKnown);
    const places = [...new Set(grown.map(({ place }) => place))].sort((a, b) => a - b);
    const y = { label: 'evaluations', scale: 'logarithmic' } as const;
    const held = outcomes.map(({ correct: [tokens = 0] }) => tokens);
    const whole = outcomes.filter(({ correct: [tokens], length }) => tokens === length).length;
    return {
      tables: [
        {
          title: `The longest prefix that comes out right, every token: ${meanInWords}`,
          header: [
            'texts',
            'tokens',
            'least',
            'most',
            'reached the longest tried',
            'H_LM in nats',
            'evaluations per text',
          ],
          rows: [
            [
              String(outcomes.length),
              meanWithInterval(held, 1, positive),
              ...(held.length ? [String(Math.min(...held)), String(Math.max(...held))] : ['-', '-']),
              `${whole} of ${outcomes.length}`,
              meanWithInterval(outcomes.flatMap(informationOf), 1, positive),
              meanWithInterval(
                outcomes.map(({ evaluations }) => evaluations),
                0,
                positive,
              ),
            ],
          ],
        },
        {
          title: `Evaluations that a token takes, by its surprisal: ${meanInWords}`,
          header: ['surprisal in nats', 'tokens', 'evaluations', 'median'],
          rows: bySurprisal(grown),
        },
        {
          title: 'Surprisal and evaluations [95 % interval, bootstrap over the texts]',
          header: ['tokens', 'correlation of ranks (Spearman)'],
          rows: [[String(grown.length), withInterval(rankCorrelation(known), 2)]],
        },
      ],
      figures: [
        {
          file: 'horizon',
          title: 'What each token takes',
          caption:
            'Left: a point for each token by which a prefix grew. Right: the mean over the texts whose prefix came that far, each bar its 95 % interval.',
          panels: [
            {
              title: 'By surprisal',
              x: { label: 'surprisal in nats', scale: 'linear' },
              y,
              series: [
                {
                  name: 'tokens',
                  kind: 'points',
                  points: known.map(({ surprisal, evaluations }): FigurePoint => ({ x: surprisal, y: evaluations })),
                },
              ],
            },
            {
              title: 'By place',
              x: { label: 'place in the text', scale: 'linear' },
              y: { ...y, scale: 'linear' },
              series: [
                {
                  name: 'tokens',
                  kind: 'line',
                  points: places.flatMap(place =>
                    meanPoint(
                      place,
                      grown.filter(token => token.place === place).map(({ evaluations }) => evaluations),
                      positive,
                    ),
                  ),
                },
              ],
            },
          ],
        },
      ],
    };
  },
});
