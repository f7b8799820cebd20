import type { TextToken } from '../../../src/runtime/results/tokens.ts';
import type { Moment, TokenScores } from '../../../src/views/protocol.ts';
import { count, figure, percent } from '../../format.ts';
import type { Term } from '../../glossary/used-terms.ts';
import { t } from '../../strings.ts';
import type { RunFacts } from './run-facts.ts';
import { powerAbove, powerBelow, roundAbove, type Scale } from './scale.ts';

/** What tokens can be coloured and sorted by. */
export const measureNames = ['probability', 'margin', 'rank', 'learned', 'lost', 'surprisal'] as const;
export type MeasureName = (typeof measureNames)[number];

/** Where values come from: the moment looked at, the run's moments, or an answer of the model. */
export type MeasureSource = 'moment' | 'run' | 'scores' | 'surprisal';

/** What is known of the tokens of a text. */
export interface Known {
  readonly tokens: readonly TextToken[];
  readonly moment: Moment | undefined;
  /** Evaluations of the whole run until now. */
  readonly evaluations: number;
  readonly run: RunFacts | null;
  readonly scores: TokenScores | null;
  /** In nats. */
  readonly surprisal: Float32Array | null;
}

/** A number that every token of a text has. */
export interface TokenMeasure {
  readonly name: MeasureName;
  readonly label: string;
  /** Under which the glossary explains it. */
  readonly term: Term;
  /** Of the numbers on the scale; empty for plain numbers. */
  readonly unit: string;
  readonly source: MeasureSource;
  /** What it is, in a sentence. */
  readonly meaning: string;
  /** Which end of the scale is the good one; null where neither is. */
  readonly good: 'high' | 'low' | null;
  readonly kind: Scale['kind'];
  /** NaN where it is not known. */
  readonly read: (known: Known, index: number) => number;
  /** Ends of the scale for the least and the greatest value. */
  readonly ends: (low: number, high: number, known: Known) => Scale['ends'];
  /** A value for a person to read, with its unit. */
  readonly show: (value: number) => string;
  /** A tick of the scale, without its unit. */
  readonly tick: (value: number) => string;
  /** What a token without a value is, where the measure as a whole is known. */
  readonly without: string;
}

/** Less than this is drawn as this: nobody needs a scale of thirty powers of ten. */
const leastProbability = 1e-6;

const known = (value: number | undefined): number => value ?? Number.NaN;

const nats = (value: number): string => t('{0} nats', figure(value));

/** Each measure: its name, unit and scale, what is good, and the value of a token. */
const declarations: Readonly<Record<MeasureName, Omit<TokenMeasure, 'name'>>> = {
  probability: {
    label: t('Probability'),
    term: 'Probability',
    unit: '%',
    source: 'moment',
    meaning: t('The probability that the model gives to the right token at its position.'),
    good: 'high',
    kind: 'logarithmic',
    read: ({ moment }, index) => known(moment?.probability[index]),
    ends: low => [Math.min(0.1, Math.max(leastProbability, powerBelow(Math.max(low, leastProbability)))), 1],
    show: percent,
    tick: value => figure(100 * value),
    without: t('not evaluated yet'),
  },
  margin: {
    label: t('Margin'),
    term: 'Margin',
    unit: t('nats'),
    source: 'scores',
    meaning: t(
      'The logit of the right token minus the greatest other logit: positive exactly when the token is right.',
    ),
    good: 'high',
    kind: 'linear',
    read: ({ scores }, index) => known(scores?.margin[index]),
    ends: (low, high) => [low < 0 ? -roundAbove(-low) : 0, high > 0 ? roundAbove(high) : 0],
    show: nats,
    tick: figure,
    without: t('not evaluated yet'),
  },
  rank: {
    label: t('Rank'),
    term: 'Rank',
    unit: '',
    source: 'scores',
    meaning: t('The place of the right token among all tokens of the vocabulary, by probability: 1 comes out right.'),
    good: 'low',
    kind: 'logarithmic',
    read: ({ scores }, index) => scores?.rank[index] || Number.NaN,
    ends: (_, high) => [1, Math.max(10, powerAbove(high))],
    show: value => t('rank {0}', count(value)),
    tick: count,
    without: t('not evaluated yet'),
  },
  learned: {
    label: t('Learned for good'),
    term: 'Learned for good',
    unit: t('evaluations'),
    source: 'run',
    meaning: t('The evaluation from which the token stays right until the end of the run.'),
    good: 'low',
    kind: 'linear',
    read: ({ run }, index) => known(run?.learned[index]),
    ends: (_low, _high, { evaluations }) => [0, Math.max(1, evaluations)],
    show: value => t('at evaluation {0}', count(value)),
    tick: count,
    without: t('not right in the end'),
  },
  lost: {
    label: t('Times lost'),
    term: 'Learned for good',
    unit: t('times'),
    source: 'run',
    meaning: t(
      'How often the token was right and then wrong again during the run: tokens that are lost often are hard to hold.',
    ),
    good: 'low',
    kind: 'linear',
    read: ({ run }, index) => known(run?.lost[index]),
    ends: (_, high) => [0, Math.max(1, high)],
    show: value => (value === 1 ? t('1 time') : t('{0} times', count(value))),
    tick: count,
    without: t('not evaluated yet'),
  },
  surprisal: {
    label: t('Surprisal'),
    term: 'Surprisal',
    unit: t('nats'),
    source: 'surprisal',
    meaning: t(
      'The negative log-probability of the token under the frozen model when it reads the text before it: how much information the token carries.',
    ),
    good: null,
    kind: 'linear',
    read: ({ surprisal }, index) => known(surprisal?.[index]),
    ends: (_, high) => [0, roundAbove(high)],
    show: nats,
    tick: figure,
    without: t('no token before it'),
  },
};

export const measures: readonly TokenMeasure[] = measureNames.map(name => ({ name, ...declarations[name] }));

export const measureOf = (name: MeasureName): TokenMeasure => ({ name, ...declarations[name] });

/** A measure of a text: the value of each token, and the scale that they lie on. */
export interface Measured {
  readonly measure: TokenMeasure;
  readonly values: Float32Array;
  readonly scale: Scale;
}

/** Measures every token. */
export function measure(name: MeasureName, known: Known): Measured {
  const of = measureOf(name);
  const values = Float32Array.from(known.tokens, (_, index) => of.read(known, index));
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const ends = low <= high ? of.ends(low, high, known) : of.ends(of.kind === 'linear' ? 0 : 1, 1, known);
  return { measure: of, values, scale: { kind: of.kind, ends } };
}

/** Indices of tokens by their values, those without one last; equal ones stay in the order of the text. */
export function orderBy(values: Float32Array, descending: boolean): readonly number[] {
  const sign = descending ? -1 : 1;
  const place = (index: number): number => {
    const value = values[index] ?? Number.NaN;
    return Number.isNaN(value) ? Number.POSITIVE_INFINITY : sign * value;
  };
  return Array.from(values, (_, index) => index).sort((a, b) => {
    const [first, second] = [place(a), place(b)];
    return first === second ? a - b : first < second ? -1 : 1;
  });
}
