import type { TextToken } from '../../../../src/runtime/results/tokens.ts';
import type { Moment } from '../../../../src/views/protocol.ts';
import type { RunDetails, RunsDocument, RunView } from '../../../../src/views/runs/protocol.ts';

const lamp = 'The lamp burned all night, and the sea was calm.';
const sea = 'I will go home now, he said.';
const cut = (text: string): readonly string[] => text.match(/ ?[^ ]+/g) ?? [];

/** Ids of tokens by their text; what is wrong is one of `others`. */
const words = [...new Set([lamp, sea].flatMap(cut))];
const others = [' flame', ' boat', ' dark', '\n'];
const vocabulary = [...words, ...others];
export const textOf = (id: number): string => vocabulary[id] ?? `#${id}`;

export function tokensOf(text: string): readonly TextToken[] {
  let start = 0;
  return cut(text).map(word => {
    const token = { id: words.indexOf(word), text: word, start, end: start + word.length };
    start = token.end;
    return token;
  });
}

/** A moment at which the first tokens are right, and the others are wrong in a way of their own. */
export function momentAt(text: string, evaluations: number, correct: number, seed: number): Moment {
  const tokens = tokensOf(text);
  const wrong = (i: number): number => words.length + ((i + seed) % others.length);
  return {
    evaluations,
    seconds: evaluations / 40,
    secondsLeft: null,
    correct,
    loss: 4 / (1 + evaluations / (10 + 3 * seed)),
    segments: [{ start: 0, length: tokens.length, correct, loss: 1, steps: evaluations, state: 'training' }],
    predicted: Int32Array.from(tokens, ({ id }, i) => (i < correct ? id : wrong(i))),
    probability: Float32Array.from(tokens, () => 0.3),
  };
}

interface Wanted extends Partial<Omit<RunView, 'choices'>> {
  readonly choices?: Partial<RunView['choices']>;
}

function runOf(number: number, { choices, ...own }: Wanted): RunView {
  const text = own.text ?? lamp;
  const tokens = tokensOf(text).length;
  return {
    id: `run-${number}`,
    name: `${text.slice(0, 24)} …`,
    from: `story.txt:${number}`,
    text,
    standing: 'perfect',
    problem: null,
    model: 'demo-model',
    device: 'cpu',
    choices: {
      arrangement: 'e-m-repeated',
      recipe: 'lbfgs',
      segmentLength: 64,
      budget: undefined,
      seed: number,
      sharedM: false,
      ...choices,
    },
    tokens,
    correct: tokens,
    evaluations: 40 + 13 * number,
    seconds: 1 + number,
    size: 3000 + number,
    created: Date.UTC(2026, 10, 27, 7, number),
    ...own,
  };
}

/** Seven runs: of one text with other seeds, one of another text, one that runs, one that failed. */
export const runs: readonly RunView[] = [
  runOf(7, {
    standing: 'failed',
    problem: 'The model is gone.',
    tokens: null,
    correct: null,
    evaluations: null,
    seconds: null,
    size: null,
  }),
  runOf(6, { standing: 'running', correct: 5, size: null }),
  runOf(5, { text: sea, name: 'Going home', choices: { recipe: 'paper', budget: 700 } }),
  runOf(4, { model: 'EleutherAI/pythia-160m', standing: 'cancelled', correct: 4 }),
  runOf(3, { standing: 'imperfect', correct: 8, choices: { arrangement: 'e-repeated' } }),
  runOf(2, { standing: 'imperfect', correct: 9 }),
  runOf(1, {}),
];

export const document: RunsDocument = {
  kind: 'runs',
  runs,
  arrangements: [
    { name: 'e-m-repeated', label: '[e][m]×(N-1)' },
    { name: 'e-repeated', label: '[e]×N' },
  ],
};

/** History of a run, as its row says it ended. */
export function detailsOf(id: string): RunDetails {
  const run = runs.find(other => other.id === id);
  if (!run) throw new Error(`There is no run ${id}.`);
  if (run.standing === 'failed') throw new Error('The text of this run cannot be cut into tokens.');
  const tokens = tokensOf(run.text);
  const [correct, evaluations] = [run.correct ?? 0, run.evaluations ?? 0];
  const moments = Array.from({ length: 12 }, (_, i) => {
    const share = (i + 1) / 12;
    return momentAt(run.text, Math.round(evaluations * share), Math.round(correct * share), run.choices.seed);
  });
  const isOver = run.standing !== 'running';
  return { tokens, moments, outcome: isOver ? (moments.at(-1)?.predicted ?? null) : null };
}
