import * as z from 'zod/mini';
import { table1, table1Lengths } from '../../paper/table-1.ts';
import { about, whole } from '../options.ts';
import { type ArrangementName, arrangementNames, arrangements as known } from '../training/arrangement.ts';
import { accuracyOf, type Cell, cellOf, plainCell } from './cell.ts';
import { experiment, type Lookup, type TextLengths, textsOf } from './experiment.ts';
import { meanPoint } from './figures.ts';
import { paperTraining, trainingOf, trainingSettings, wholes } from './settings.ts';
import { intervalInWords, intervalOf, meanAndDeviation, meanEstimate, share } from './statistics.ts';

const settings = z.object({
  lengths: about(z._default(wholes(1, 4096), [1, 2, 4, 8, 16, 32]), 'tokens of the prefixes of a text'),
  texts: about(z._default(whole(1, 100_000), 5), 'number of texts', 'count'),
  arrangements: about(
    z._default(z.array(z.enum(arrangementNames)), arrangementNames),
    'arrangements that are compared',
  ),
  ...trainingSettings,
});
type Settings = z.output<typeof settings>;

function cellsOf(chosen: Settings, texts: TextLengths, arrangement: ArrangementName, length: number): Cell[] {
  const rest = { ...plainCell, arrangement, seed: chosen.seed, ...trainingOf(chosen) };
  return textsOf(texts, length, chosen.texts).map(text => cellOf(rest, [text], length));
}

/** Accuracy of each text that has one. */
const accuraciesOf = (
  chosen: Settings,
  texts: TextLengths,
  found: Lookup,
  arrangement: ArrangementName,
  length: number,
) =>
  cellsOf(chosen, texts, arrangement, length).flatMap(cell => {
    const outcome = found(cell);
    return outcome && outcome.problem === null ? [accuracyOf(outcome)] : [];
  });

/** Table 1: how accurately prefixes come out in each arrangement. */
export const arrangements = experiment({
  name: 'arrangements',
  summary: 'mean accuracy of each arrangement of e and m, by length of the text',
  paper: 'Table 1',
  settings,
  paperSettings: { lengths: [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024], texts: 50, ...paperTraining },
  stages: (chosen, texts) =>
    chosen.lengths.map(
      length => () => chosen.arrangements.flatMap(arrangement => cellsOf(chosen, texts, arrangement, length)),
    ),
  report: (chosen, texts, found) => {
    const accuracies = chosen.arrangements.map(arrangement => ({
      label: known[arrangement].label,
      byLength: chosen.lengths.map(length => ({
        length,
        values: accuraciesOf(chosen, texts, found, arrangement, length),
      })),
    }));
    return {
      tables: [
        {
          title: 'Accuracy, mean and standard deviation over the texts',
          header: ['arrangement', ...chosen.lengths.map(length => `N=${length}`)],
          rows: accuracies.flatMap(({ label, byLength }) => [
            [label, ...byLength.map(({ values }) => meanAndDeviation(values, 2))],
            [intervalInWords, ...byLength.map(({ values }) => intervalOf(meanEstimate(values, share), 2))],
          ]),
        },
        {
          title: 'The paper (Llama-3.2-1B, 50 texts of PG-19)',
          header: ['arrangement', ...table1Lengths.map(length => `N=${length}`)],
          rows: chosen.arrangements.map(arrangement => [
            known[arrangement].label,
            ...table1[arrangement].map(({ mean, deviation }) => `${mean.toFixed(2)}±${deviation.toFixed(2)}`),
          ]),
        },
      ],
      figures: [
        {
          file: 'accuracy',
          title: 'Accuracy by length',
          caption: 'Each point is the mean over the texts, each bar its 95 % interval.',
          panels: [
            {
              title: '',
              x: { label: 'tokens of the text', scale: 'logarithmic', ticks: chosen.lengths },
              y: { label: 'accuracy', scale: 'linear' },
              series: accuracies.map(({ label, byLength }) => ({
                name: label,
                kind: 'line',
                points: [...byLength]
                  .sort((a, b) => a.length - b.length)
                  .flatMap(({ length, values }) => meanPoint(length, values, share)),
              })),
            },
          ],
        },
      ],
    };
  },
});
