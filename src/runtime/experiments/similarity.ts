import * as z from 'zod/mini';
import { binnedMeans, textPairs } from '../analysis/distances/scatter.ts';
import { tokenDistances } from '../analysis/distances/text-distances.ts';
import { semanticDistances } from '../analysis/semantic/semantic-distances.ts';
import { about } from '../options.ts';
import type { TextPair } from '../results/distances.ts';
import type { FigurePanel, FigureSeries } from '../results/experiments.ts';
import { paperSolutions, solutionSettings } from './distances.ts';
import { experiment, type Lookup, type ReadTexts } from './experiment.ts';
import {
  compared,
  comparedInWords,
  comparedOf,
  contextsOf,
  continuationsOf,
  distancesOver,
  foundSolutions,
  solutionCells,
} from './solutions.ts';
import { withInterval } from './statistics.ts';
import { bins, correlation, kinds, nearness, Sampled } from './text-pairs.ts';

const { seeds: _, ...shared } = solutionSettings;
const settings = z.object({
  ...shared,
  over: about(z._default(z.enum(compared), 'e'), 'vectors that are compared: e, m, or both as one'),
});
type Settings = z.output<typeof settings>;

/** A text is compared with others, so one solution of it is enough. */
const wanted = (chosen: Settings) => ({ ...chosen, seeds: 1 });

const kindsInWords = { 'same-context': 'same context', 'different-context': 'different contexts' } as const;

/** Pairs of texts by a distance between them. */
interface Against {
  readonly name: string;
  readonly pairs: readonly TextPair[];
  /** Why there are none, in a sentence. */
  readonly missing: string | undefined;
}

async function pairsOf(chosen: Settings, texts: ReadTexts, found: Lookup): Promise<Against[]> {
  const { solutions } = foundSolutions(wanted(chosen), texts, found);
  const { tokens, words } = texts;
  const [over] = comparedOf(chosen).includes(chosen.over) ? [chosen.over] : comparedOf(chosen);
  if (solutions.length < 2 || !tokens || !words || !over) return [];
  const distances = await distancesOver(solutions, over);
  const all = contextsOf(texts);
  // Each text has one solution: what stands at a place of one list stands there in the other.
  const contexts = solutions.map(({ text }) => all[text]);
  const against = (textDistances: Float32Array): TextPair[] =>
    textPairs(distances, [...solutions.keys()], textDistances, contexts);
  const byTokens = tokenDistances(solutions.map(({ text }) => tokens(text, chosen.length)));
  const meaning = await semanticDistances(
    solutions.map(({ text }) => words(text, chosen.length)),
    'cached',
  );
  const named = (pairs: readonly TextPair[]): TextPair[] =>
    pairs.map(pair => ({ ...pair, texts: [solutions[pair.texts[0]]?.text ?? 0, solutions[pair.texts[1]]?.text ?? 0] }));
  return [
    { name: 'token-level distance', pairs: named(against(byTokens)), missing: undefined },
    {
      name: 'semantic distance',
      pairs: meaning.distances ? named(against(meaning.distances)) : [],
      missing: meaning.missing,
    },
  ];
}

function rowsOf({ name, pairs, missing }: Against, contexts: readonly string[]): string[][] {
  if (missing !== undefined) return [[name, '0', '0', '-', '-', '-']];
  const sampled = new Sampled(pairs, contexts);
  const count = (kind: TextPair['kind']): string => String(pairs.filter(pair => pair.kind === kind).length);
  return [
    [
      name,
      ...kinds.map(count),
      ...kinds.map(kind => withInterval(sampled.estimate(correlation(pairs, kind)), 2)),
      withInterval(sampled.estimate(nearness(pairs)), 3),
    ],
  ];
}

function panelOf({ name, pairs }: Against): FigurePanel {
  const means = binnedMeans(pairs, bins);
  return {
    title: name,
    x: { label: `${name} between texts`, scale: 'linear', tight: true },
    y: { label: 'cosine distance between solutions', scale: 'linear', tight: true },
    series: [
      ...kinds.map(
        (kind): FigureSeries => ({
          name: kindsInWords[kind],
          kind: 'points',
          points: pairs
            .filter(pair => pair.kind === kind)
            .map(({ textDistance, vectorDistance }) => ({ x: textDistance, y: vectorDistance })),
        }),
      ),
      ...kinds.map(
        (kind): FigureSeries => ({
          name: `${kindsInWords[kind]}, mean`,
          kind: 'line',
          points: means
            .filter(mean => mean.kind === kind)
            .map(({ textDistance, vectorDistance }) => ({ x: textDistance, y: vectorDistance })),
        }),
      ),
    ],
  };
}

/** Figure 5: whether solutions lie nearer because their texts are alike, or because they have the same context. */
export const similarity = experiment({
  name: 'similarity',
  summary: 'distances between solutions against the distances between their texts, by tokens and by meaning',
  paper: 'Figure 5',
  settings,
  paperSettings: (({ seeds, ...rest }) => rest)(paperSolutions),
  continuations: chosen => continuationsOf(wanted(chosen)),
  stages: (chosen, texts) => [() => solutionCells(wanted(chosen), texts)],
  report: async (chosen, texts, found) => {
    const against = await pairsOf(chosen, texts, found);
    const contexts = contextsOf(texts);
    const [over = 'e'] = comparedOf(chosen).includes(chosen.over) ? [chosen.over] : comparedOf(chosen);
    const missing = against.flatMap(({ missing: why }) => why ?? []);
    return {
      tables: [
        {
          title: `Distance between texts and cosine distance between solutions (${comparedInWords[over]}) [95 % interval, bootstrap over the contexts]`,
          header: [
            'distance of texts',
            'pairs, same context',
            'pairs, different contexts',
            'correlation, same context',
            'correlation, different contexts',
            'nearer for the same context by',
          ],
          rows: against.flatMap(one => rowsOf(one, contexts)),
        },
        ...missing.map(why => ({ title: 'Semantic distances', header: ['why there are none'], rows: [[why]] })),
        {
          title: 'The paper (Figure 5)',
          header: ['distance of texts', 'nearer for the same context'],
          rows: [
            ['token-level distance', 'yes, for equally distant texts'],
            ['semantic distance', 'yes, for equally distant texts'],
          ],
        },
      ],
      figures: [
        {
          file: 'similarity',
          title: 'Distances of solutions and of their texts',
          caption:
            'A point for each pair of texts, and the means over pairs whose texts are about equally far apart. Nearer for the same context at the same distance between texts: the vectors hold more than the text.',
          panels: against.filter(({ pairs }) => pairs.length).map(panelOf),
        },
      ],
    };
  },
});
