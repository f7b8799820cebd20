import * as z from 'zod/mini';
import { about, whole } from '../options.ts';
import { cellOf, plainCell } from './cell.ts';
import { experiment } from './experiment.ts';
import { ascendingStages, longestOf, type Tried, triedIn, type Way } from './prefixes.ts';
import { paperLengths, paperTraining, trainingOf, trainingSettings, wholes } from './settings.ts';
import { meanInWords, meanWithInterval, positive } from './statistics.ts';

const settings = z.object({
  lengths: about(z._default(wholes(1, 4096), [8, 16, 32, 64, 128, 256]), 'tokens of the prefixes that are tried'),
  texts: about(z._default(whole(1, 100_000), 6), 'number of texts', 'count'),
  memory: about(z._default(wholes(1, 64), [1, 2]), 'numbers of [mem] vectors of the autoregressive baseline'),
  ...trainingSettings,
});
type Settings = z.output<typeof settings>;

/** @param memory [mem] vectors before the text; 0 for one-step generation with an e and an m of its own */
function wayOf(chosen: Settings, memory: number): Way {
  const rest = { ...plainCell, memory, seed: chosen.seed, ...trainingOf(chosen) };
  return { together: false, cells: (texts, length) => texts.map(text => cellOf(rest, [text], length)) };
}

const nameOf = (memory: number): string =>
  memory ? `autoregressive, ${memory} [mem] ${memory === 1 ? 'vector' : 'vectors'}` : 'one step, e and m';

/** What the paper compares with: from as much as autoregressive generation down to a fifth. */
const guides = [
  { name: 'as much', share: 1 },
  { name: 'half', share: 1 / 2 },
  { name: 'a fifth', share: 1 / 5 },
];

const informationByText = (tried: readonly Tried[]): Map<number, number> =>
  new Map(tried.flatMap(({ text, information: nats }) => (nats ? [[text, nats] as const] : [])));

/** Figure 2: how much information comes out in one step, and token by token after trained [mem] vectors. */
export const information = experiment({
  name: 'information',
  summary: 'information (H_LM) that is reconstructed in one step and autoregressively',
  paper: 'Figure 2',
  settings,
  paperSettings: { lengths: paperLengths, texts: 50, memory: [1, 2], ...paperTraining },
  stages: (chosen, texts) =>
    [0, ...chosen.memory].flatMap(memory => ascendingStages(chosen, texts, wayOf(chosen, memory))),
  report: (chosen, texts, found) => {
    const ways = [0, ...chosen.memory].map(memory => {
      const tried = triedIn(chosen, texts, found, wayOf(chosen, memory));
      return { memory, tried, best: longestOf(tried) };
    });
    const oneStep = informationByText(ways[0]?.best ?? []);
    const pairs = ways.slice(1).map(({ memory, best }) => {
      const points = [...informationByText(best)].flatMap(([text, x]) => {
        const y = oneStep.get(text);
        return y ? [{ x, y }] : [];
      });
      return { memory, points };
    });
    const reached = pairs.flatMap(({ points }) => points.map(({ x }) => x));
    const ends = [Math.min(...reached), Math.max(...reached)];
    const rows = ways.map(({ memory, tried, best }) => {
      const ratios = best.flatMap(({ text, information: nats }) => {
        const other = oneStep.get(text);
        return nats && other ? [nats / other] : [];
      });
      return [
        nameOf(memory),
        String(new Set(tried.map(({ text }) => text)).size),
        String(Math.max(0, ...best.map(({ length }) => length))),
        meanWithInterval(
          best.map(({ length }) => length),
          1,
          positive,
        ),
        meanWithInterval(
          best.flatMap(({ information: nats }) => (nats === null ? [] : [nats])),
          1,
          positive,
        ),
        memory ? meanWithInterval(ratios, 2, positive) : '',
      ];
    });
    return {
      tables: [
        {
          title: `The longest reconstructed prefix of each text: ${meanInWords}`,
          header: ['setting', 'texts', 'longest prefix, max', 'mean', 'H_LM of it, nats', 'times one step'],
          rows,
        },
        {
          title: 'The paper (Figure 2)',
          header: ['texts', 'autoregressive information, times one step'],
          rows: [
            ['natural', 'about 2, up to 5'],
            ['random words', 'about 1'],
          ],
        },
      ],
      figures: [
        {
          file: 'information',
          title: 'Information of the longest reconstructed prefix',
          caption:
            'Each point is a text. On the lines, one step gives as much as autoregressive generation, half, a fifth.',
          panels: [
            {
              title: '',
              x: { label: 'autoregressive: H_LM in nats', scale: 'logarithmic' },
              y: { label: 'one step: H_LM in nats', scale: 'logarithmic' },
              series: [
                ...pairs.map(({ memory, points }) => ({ name: nameOf(memory), kind: 'points' as const, points })),
                ...guides.map(({ name, share }) => ({
                  name,
                  kind: 'guide' as const,
                  points: ends.map(x => ({ x, y: x * share })),
                })),
              ],
            },
          ],
        },
      ],
    };
  },
});
