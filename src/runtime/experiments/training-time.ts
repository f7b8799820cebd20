import * as z from 'zod/mini';
import { about, whole } from '../options.ts';
import type { FigurePanel } from '../results/experiments.ts';
import { type Cell, cellOf, plainCell } from './cell.ts';
import { experiment, type Lookup, type TextLengths, textsOf } from './experiment.ts';
import { meanPoint } from './figures.ts';
import { paperTraining, trainingOf, trainingSettings, wholes } from './settings.ts';
import { meanInWords, meanWithInterval, positive } from './statistics.ts';

const settings = z.object({
  lengths: about(z._default(wholes(1, 4096), [8, 16, 32, 64]), 'tokens of the prefixes of a text'),
  texts: about(z._default(whole(1, 100_000), 3), 'number of texts', 'count'),
  ...trainingSettings,
});
type Settings = z.output<typeof settings>;

function cellsOf(chosen: Settings, texts: TextLengths, length: number): Cell[] {
  const rest = { ...plainCell, alone: true, seed: chosen.seed, ...trainingOf(chosen) };
  return textsOf(texts, length, chosen.texts).map(text => cellOf(rest, [text], length));
}

/** What came of the texts of a length, and of those whose tokens are all right. */
function outcomesOf(chosen: Settings, texts: TextLengths, found: Lookup, length: number) {
  const outcomes = cellsOf(chosen, texts, length).flatMap(cell => found(cell) ?? []);
  return { outcomes, right: outcomes.filter(({ correct }) => correct[0] === length) };
}

/** Table 4 of version 2 of the paper: seconds on one A100 or H100, averaged over its four kinds of text. */
const paperRows = [
  ['Pythia-160M', '6', '25', '68', '-', '-'],
  ['Pythia-410M', '10', '21', '106', '-', '-'],
  ['Pythia-1.4B', '10', '66', '129', '-', '-'],
  ['Llama-3.2-1B', '11', '15', '27', '87', '-'],
  ['Llama-3.2-3B', '14', '18', '28', '78', '261'],
  ['Llama-3.1-8B', '16', '20', '29', '60', '215'],
];

/** Table 4 of version 2: how long the training of a single text takes, until all its tokens are right. */
export const trainingTime = experiment({
  name: 'training-time',
  summary: 'seconds and evaluations until a text trained by itself is right',
  paper: 'Table 4',
  settings,
  paperSettings: { lengths: [32, 64, 128, 256, 512], texts: 50, ...paperTraining },
  // The first training of a shape pays for what the runtime prepares; a text of its own is no worse for it.
  stages: (chosen, texts) => chosen.lengths.map(length => () => cellsOf(chosen, texts, length)),
  report: (chosen, texts, found) => {
    const results = chosen.lengths.map(length => ({ length, ...outcomesOf(chosen, texts, found, length) }));
    const ascending = [...results].sort((a, b) => a.length - b.length);
    const rows = results.map(({ length, outcomes, right }) => {
      return [
        String(length),
        `${right.length} of ${outcomes.length}`,
        meanWithInterval(
          right.map(({ seconds }) => seconds),
          2,
          positive,
        ),
        meanWithInterval(
          right.map(({ evaluations }) => evaluations),
          1,
          positive,
        ),
      ];
    });
    const panel = (of: 'seconds' | 'evaluations'): FigurePanel => ({
      title: '',
      x: { label: 'tokens of the text', scale: 'logarithmic', ticks: ascending.map(({ length }) => length) },
      y: { label: of, scale: 'linear' },
      series: [
        {
          name: 'texts that came out right',
          kind: 'line',
          points: ascending.flatMap(({ length, right }) =>
            meanPoint(
              length,
              right.map(outcome => outcome[of]),
              positive,
            ),
          ),
        },
      ],
    });
    return {
      tables: [
        {
          title: `Until all tokens are right: ${meanInWords}`,
          header: ['N', 'texts right', 'seconds', 'evaluations'],
          rows,
        },
        {
          title: 'The paper (one A100 or H100), seconds',
          header: ['model', 'N=32', 'N=64', 'N=128', 'N=256', 'N=512'],
          rows: paperRows,
        },
      ],
      figures: [
        {
          file: 'training-time',
          title: 'Until all tokens are right',
          caption: 'Each point is the mean over the texts that came out right, each bar its 95 % interval.',
          panels: [panel('seconds'), panel('evaluations')],
        },
      ],
    };
  },
});
