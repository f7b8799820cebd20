import * as z from 'zod/mini';
import { about, whole } from '../options.ts';
import { defaultArrangement } from '../training/arrangement.ts';
import { type Cell, isReconstructed } from './cell.ts';
import { experiment, type Lookup, meanAndDeviation, type TextLengths, textsOf } from './experiment.ts';
import { paperTraining, trainingOf, trainingSettings, wholes } from './settings.ts';

const sharedChoices = ['none', 'm'] as const;
type Shared = (typeof sharedChoices)[number];

const settings = z.object({
  lengths: about(z._default(wholes(1, 4096), [4, 8, 16, 32, 64, 128]), 'tokens of the prefixes that are tried'),
  texts: about(z._default(whole(1, 100_000), 8), 'number of texts', 'count'),
  shared: about(z._default(z.array(z.enum(sharedChoices)), ['none']), 'whether m is shared by all texts: none, m'),
  ...trainingSettings,
});
type Settings = z.output<typeof settings>;

/** Successive lengths that a text must fail before longer prefixes of it are left out. */
const failuresToGiveUp = 2;

const ascending = ({ lengths }: Settings): number[] => [...lengths].sort((a, b) => a - b);

function cellsOf(chosen: Settings, texts: readonly number[], shared: Shared, length: number): Cell[] {
  if (!texts.length) return [];
  const { seed } = chosen;
  const rest = { length, arrangement: defaultArrangement, shared, seed, ...trainingOf(chosen) };
  return shared === 'm' ? [{ texts, ...rest }] : texts.map(text => ({ texts: [text], ...rest }));
}

/** How a prefix of a text went. */
interface Tried {
  readonly text: number;
  readonly length: number;
  readonly reconstructed: boolean;
  /** H_LM in nats; null when it is not known. */
  readonly information: number | null;
}

function triedAt(chosen: Settings, texts: TextLengths, found: Lookup, shared: Shared, length: number): Tried[] {
  return cellsOf(chosen, textsOf(texts, length, chosen.texts), shared, length).flatMap(cell => {
    const outcome = found(cell);
    if (!outcome || outcome.problem !== null) return [];
    return cell.texts.map((text, i) => ({
      text,
      length,
      reconstructed: isReconstructed(outcome.correct[i] ?? 0, length),
      information: outcome.information[i] ?? null,
    }));
  });
}

/** The cells at one length: texts that were not reconstructed at the two lengths before are left out. */
function stage(chosen: Settings, texts: TextLengths, found: Lookup, shared: Shared, index: number): Cell[] {
  const lengths = ascending(chosen);
  const length = lengths[index] ?? 0;
  const all = textsOf(texts, length, chosen.texts);
  const before = index < failuresToGiveUp ? [] : lengths.slice(index - failuresToGiveUp, index);
  const failed = before.map(shorter => {
    const tried = triedAt(chosen, texts, found, shared, shorter);
    return new Set(tried.filter(({ reconstructed }) => !reconstructed).map(({ text }) => text));
  });
  const hopeless = (text: number): boolean => failed.length > 0 && failed.every(texts => texts.has(text));
  // Texts that share m are one training: it is tried as long as one of them may come out.
  const left = shared === 'm' ? (all.every(hopeless) ? [] : all) : all.filter(text => !hopeless(text));
  return cellsOf(chosen, left, shared, length);
}

/** The longest prefix of each text that was reconstructed. */
function longest(chosen: Settings, texts: TextLengths, found: Lookup, shared: Shared): Tried[] {
  const best = new Map<number, Tried>();
  for (const length of ascending(chosen))
    for (const tried of triedAt(chosen, texts, found, shared, length))
      if (tried.reconstructed) best.set(tried.text, tried);
  return [...best.values()];
}

const bitsPerNat = 1 / Math.LN2;
const columns = ['shared m', 'texts', 'longest prefix, max', 'mean', 'H_LM of it, nats', 'bits per token'];

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
  paperSettings: {
    lengths: [4, 5, 8, 11, 16, 22, 32, 45, 64, 90, 128, 181, 256, 362, 512, 724, 1024, 1448],
    texts: 50,
    shared: ['none', 'm'],
    ...paperTraining,
  },
  stages: (chosen, texts) =>
    chosen.shared.flatMap(shared =>
      ascending(chosen).map((_, index) => (found: Lookup) => stage(chosen, texts, found, shared, index)),
    ),
  report: (chosen, texts, found) => [
    {
      title: 'The longest reconstructed prefix of each text',
      header: columns,
      rows: chosen.shared.map(shared => {
        const best = longest(chosen, texts, found, shared);
        const known = best.flatMap(({ information, length }) =>
          information === null ? [] : [{ information, length }],
        );
        const tried = new Set(
          ascending(chosen).flatMap(length => triedAt(chosen, texts, found, shared, length).map(({ text }) => text)),
        );
        return [
          shared === 'm' ? 'yes' : 'no',
          String(tried.size),
          String(Math.max(0, ...best.map(({ length }) => length))),
          meanAndDeviation(
            best.map(({ length }) => length),
            1,
          ),
          meanAndDeviation(
            known.map(({ information }) => information),
            1,
          ),
          meanAndDeviation(
            known.map(({ information, length }) => (information / length) * bitsPerNat),
            2,
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
});
