import * as z from 'zod/mini';
import { about, whole } from '../options.ts';
import type { FigurePoint } from '../results/experiments.ts';
import { cellOf, plainCell } from './cell.ts';
import { experiment, type TextLengths, textsOf } from './experiment.ts';
import { sharePoint } from './figures.ts';
import { ascendingStages, longestOf, type Tried, triedIn, type Way } from './prefixes.ts';
import { paperLengths, paperTraining, trainingOf, trainingSettings, wholes } from './settings.ts';
import { meanInWords, meanWithInterval, positive } from './statistics.ts';

const sharedChoices = ['none', 'm'] as const;

const settings = z.object({
  lengths: about(z._default(wholes(1, 4096), [4, 8, 16, 32, 64, 128]), 'tokens of the prefixes that are tried'),
  texts: about(z._default(whole(1, 100_000), 8), 'number of texts', 'count'),
  shared: about(z._default(z.array(z.enum(sharedChoices)), ['none']), 'whether m is shared by all texts: none, m'),
  ...trainingSettings,
});
type Settings = z.output<typeof settings>;

function wayOf(chosen: Settings, shared: (typeof sharedChoices)[number]): Way {
  const rest = { ...plainCell, shared, seed: chosen.seed, ...trainingOf(chosen) };
  const together = shared === 'm';
  return {
    together,
    cells: (texts, length) =>
      together && texts.length ? [cellOf(rest, texts, length)] : texts.map(text => cellOf(rest, [text], length)),
  };
}

/** By length, the share of the texts of that length that are reconstructed; those that are left out have failed before. */
function reconstructedShares(chosen: Settings, texts: TextLengths, tried: readonly Tried[]): FigurePoint[] {
  const right = new Map<number, number>();
  for (const { length, reconstructed } of tried) right.set(length, (right.get(length) ?? 0) + Number(reconstructed));
  return [...right].flatMap(([length, count]) =>
    sharePoint(length, count, textsOf(texts, length, chosen.texts).length),
  );
}

const bitsPerNat = 1 / Math.LN2;

/** Table 3 of the paper, PG-19: C_tokens, and H_LM in nats with its standard deviation. */
const paperRows = [
  ['Pythia-160M', '128', '388.4±66.4', '45', '156.0±33.9'],
  ['Pythia-410M', '167', '408.8±96.3', '32', '88.1±30.3'],
  ['Pythia-1.4B', '128', '298.4±77.4', '64', '156.0±30.2'],
  ['Llama-3.2-1B', '362', '993.8±183.4', '181', '456.5±56.5'],
  ['Llama-3.2-3B', '512', '1346.0±218.4', '256', '826.1±117.6'],
  ['Llama-3.1-8B', '724', '1659.8±344.5', '362', '832.3±171.0'],
];

/** Table 3: the longest prefix of a text that two vectors hold, and how much information it carries. */
export const capacity = experiment({
  name: 'capacity',
  summary: 'the longest prefix that is reconstructed (accuracy 0.99), and its information H_LM',
  paper: 'Table 3',
  settings,
  paperSettings: { lengths: paperLengths, texts: 50, shared: ['none', 'm'], ...paperTraining },
  stages: (chosen, texts) => chosen.shared.flatMap(shared => ascendingStages(chosen, texts, wayOf(chosen, shared))),
  report: (chosen, texts, found) => {
    const ways = chosen.shared.map(shared => {
      const tried = triedIn(chosen, texts, found, wayOf(chosen, shared));
      return { shared, tried, best: longestOf(tried), name: shared === 'm' ? 'm shared by all texts' : 'm of its own' };
    });
    const tokens = 'tokens of the text';
    return {
      tables: [
        {
          title: `The longest reconstructed prefix of each text: ${meanInWords}`,
          header: ['shared m', 'texts', 'longest prefix, max', 'mean', 'H_LM of it, nats', 'bits per token'],
          rows: ways.map(({ shared, tried, best }) => {
            const known = best.flatMap(({ information, length }) =>
              information === null ? [] : [{ information, length }],
            );
            return [
              shared === 'm' ? 'yes' : 'no',
              String(new Set(tried.map(({ text }) => text)).size),
              String(best.reduce((most, { length }) => Math.max(most, length), 0)),
              meanWithInterval(
                best.map(({ length }) => length),
                1,
                positive,
              ),
              meanWithInterval(
                known.map(({ information }) => information),
                1,
                positive,
              ),
              meanWithInterval(
                known.map(({ information, length }) => (information / length) * bitsPerNat),
                2,
                positive,
              ),
            ];
          }),
        },
        {
          title: 'The paper (PG-19)',
          header: ['model', 'C_tokens, own m', 'H_LM, own m', 'C_tokens, shared m', 'H_LM, shared m'],
          rows: paperRows,
        },
      ],
      figures: [
        {
          file: 'capacity',
          title: 'What two vectors hold',
          caption:
            'Left: share of the texts whose prefix was reconstructed, with its 95 % interval; a text that failed twice in a row counts as failed from there on. Right: the longest reconstructed prefix of each text, and its information.',
          panels: [
            {
              title: 'Reconstructed texts',
              x: { label: tokens, scale: 'logarithmic', ticks: chosen.lengths },
              y: { label: 'share of the texts', scale: 'linear' },
              series: ways.map(({ name, tried }) => ({
                name,
                kind: 'line',
                points: reconstructedShares(chosen, texts, tried),
              })),
            },
            {
              title: 'Information',
              x: { label: tokens, scale: 'linear' },
              y: { label: 'H_LM in nats', scale: 'linear' },
              series: ways.map(({ name, best }) => ({
                name,
                kind: 'points',
                points: best.flatMap(({ length, information }) =>
                  information === null ? [] : [{ x: length, y: information }],
                ),
              })),
            },
          ],
        },
      ],
    };
  },
});
