import type { TextToken } from '../../../src/runtime/results/tokens.ts';
import type { JobDocument, Moment } from '../../../src/views/protocol.ts';

/** "Sea 🙂sea." in seven tokens: the smile is spread over two of them, and ids 1 and 4 differ in case only. */
export const smallText = 'Sea 🙂sea.';
export const smallTokens: readonly TextToken[] = [
  { id: 1, text: 'Sea', start: 0, end: 3 },
  { id: 2, text: ' ', start: 3, end: 4 },
  { id: 30, text: '<0xF0><0x9F>', start: 4, end: 6 },
  { id: 31, text: '<0x99><0x82>', start: 4, end: 6 },
  { id: 4, text: 's', start: 6, end: 7 },
  { id: 5, text: 'ea', start: 7, end: 9 },
  { id: 6, text: '.', start: 9, end: 10 },
];

const ids = smallTokens.map(({ id }) => id);

/** Which tokens are right (1) or wrong (0) at each moment, and the evaluations of the moment. */
const run: readonly (readonly [evaluations: number, right: readonly number[]])[] = [
  [0, [0, 0, 0, 0, 0, 0, 0]],
  [10, [1, 1, 0, 0, 0, 1, 0]],
  [20, [1, 0, 1, 0, 0, 1, 0]],
  [30, [1, 1, 1, 1, 0, 0, 0]],
  [40, [1, 1, 1, 1, 0, 1, 0]],
];

/** Read off the run by hand. */
export const learned = [10, 30, 20, 30, null, 40, null] as const;
export const lost = [0, 1, 0, 0, 0, 1, 0] as const;
/** Of the last moment; powers of two have no rounding. */
export const probability = [0.5, 0.25, 0.125, 0.5, 0.015625, 1, 0.25] as const;
export const margin = [2, 0.5, 1, 4, -1, 3, -0.5] as const;
export const rank = [1, 1, 1, 1, 100, 1, 2] as const;
export const surprisal = [null, 1, 8, 0.5, 2, 4, 6] as const;

const momentOf = (evaluations: number, right: readonly number[]): Moment => {
  const correct = right.filter(Boolean).length;
  const segment = { start: 0, length: ids.length, correct, loss: 1, steps: evaluations, state: 'settled' as const };
  return {
    evaluations,
    seconds: evaluations,
    secondsLeft: null,
    correct,
    loss: 1,
    segments: [segment],
    predicted: Int32Array.from(ids, (id, i) => (right[i] ? id : 99)),
    probability: Float32Array.from(evaluations === 40 ? probability : ids.map(() => 0.0625)),
  };
};

/** A job of which every value is known beforehand. */
export const smallJob = (job: JobDocument): JobDocument => ({
  ...job,
  id: 'small',
  title: 'small.md',
  text: smallText,
  status: 'finished',
  tokens: smallTokens,
  moments: run.map(([evaluations, right]) => momentOf(evaluations, right)),
});

/** What the host answers about it. */
export const smallAnswers = {
  tokenTexts: ({ ids: wanted }: { readonly ids: readonly number[] }) => wanted.map(id => `#${id}`),
  scores: () => ({ rank: Int32Array.from(rank), margin: Float32Array.from(margin) }),
  surprisal: () => ({ nll: Float32Array.from(surprisal, value => value ?? Number.NaN), beginningToken: null }),
};
