import { demoModel } from '../src/cli/engine.ts';
import { connect } from '../src/runtime/analysis/connectivity/connect.ts';
import { connectOptions } from '../src/runtime/analysis/connectivity/options.ts';
import { distanceOptions } from '../src/runtime/analysis/distances/options.ts';
import { pairDistances } from '../src/runtime/analysis/distances/pair-distances.ts';
import { distanceReport } from '../src/runtime/analysis/distances/report.ts';
import { findSolutions, modelOfSet } from '../src/runtime/analysis/solutions/find-solutions.ts';
import { solutionOptions } from '../src/runtime/analysis/solutions/options.ts';
import { SolutionSearch } from '../src/runtime/analysis/solutions/solution-search.ts';
import type { SolutionSet } from '../src/runtime/files/solutions-file.ts';
import { type Model, openModel } from '../src/runtime/models/model.ts';
import { Evaluator } from '../src/runtime/training/evaluator.ts';
import { normalNumbers } from '../src/runtime/training/random.ts';
import { Sessions } from '../src/runtime/training/sessions.ts';
import { printNote, printTable } from './table.ts';
import { median, secondsOf } from './timing.ts';

const seeds = 10;
const vectors = 2000;
const texts = [{ title: 'text', text: 'The lamp burned all night, and the sea was calm.' }];
const uncancelled = { cancelled: () => false, onProgress: () => undefined };
const shown = (seconds: number): string => `${seconds.toFixed(2)} s`;

/** Sessions of their own, so that each way pays for the graphs that it loads. */
async function withSessions<T>(work: (sessions: Sessions) => Promise<T>): Promise<T> {
  const sessions = new Sessions({ device: 'cpu', prepareWeights: true });
  try {
    return await work(sessions);
  } finally {
    await sessions.dispose();
  }
}

const find = (model: Model, sessions: Sessions, choices: object) =>
  findSolutions({ model, sessions, texts, options: solutionOptions.parse(choices), ...uncancelled });

/** Evaluations so far, after each step of several searches one after the other. */
async function* evaluationsOf(searches: readonly SolutionSearch[]): AsyncGenerator<number, void> {
  let before = 0;
  for (const search of searches) {
    for (let left = true; left; ) {
      let steps = 0;
      left = await search.run(
        () => steps > 0,
        () => {
          steps++;
        },
      );
      yield before + search.evaluations;
    }
    before += search.evaluations;
  }
}

/** Advances several ways in turn, the one that is behind first, so that a machine that is busy for a while slows all. */
async function timeInTurn(
  ways: readonly AsyncGenerator<number, void>[],
): Promise<{ seconds: number; evaluations: number }[]> {
  const standing = ways.map(way => ({ way, seconds: 0, evaluations: 0, done: false }));
  for (;;) {
    const [behind] = standing.filter(({ done }) => !done).sort((a, b) => a.evaluations - b.evaluations);
    if (!behind) return standing;
    behind.seconds += await secondsOf(async () => {
      const next = await behind.way.next();
      if (next.done) behind.done = true;
      else behind.evaluations = next.value;
    });
  }
}

/** Ten seeds in one graph, and one after the other. */
async function compareSearches(model: Model): Promise<SolutionSet> {
  const tokens = Int32Array.from(model.tokenizer.encode(texts[0]?.text ?? ''));
  const searchOf = (sessions: Sessions, choices: object): Promise<SolutionSearch> => {
    const options = solutionOptions.parse(choices);
    const { fingerprint, config } = model;
    const request = { fingerprint, width: config.hiddenSize, texts: [tokens], options };
    return SolutionSearch.open(request, new Evaluator(model, sessions));
  };
  return await withSessions(async forAll => {
    const all = await searchOf(forAll, { seeds });
    const [together, alone] = await withSessions(async sessions => {
      const each = await Promise.all(
        Array.from({ length: seeds }, (_, seed) => searchOf(sessions, { seeds: 1, seed })),
      );
      return timeInTurn([evaluationsOf([all]), evaluationsOf(each)]);
    });
    if (!together || !alone) throw new Error('nothing was timed');
    const row = (name: string, { seconds, evaluations }: typeof alone): string[] => [
      name,
      shown(seconds),
      String(evaluations),
      `${((1000 * seconds) / evaluations).toFixed(1)} ms`,
    ];
    printTable(
      `${seeds} solutions of ${tokens.length} tokens, demo model, CPU, timed in turn`,
      ['', 'time', 'evaluations', 'each'],
      [row('together', together), row('one after the other', alone)],
    );
    printNote(`ratio ${(alone.seconds / together.seconds).toFixed(2)}, the graphs that are loaded included`);
    const { arrangement, recipe } = solutionOptions.parse({});
    return {
      model: modelOfSet(model),
      arrangement,
      recipe,
      hiddenSize: model.config.hiddenSize,
      texts,
      solutions: all.result(),
      curves: [],
    };
  });
}

/** The training of one curve beside that of one solution. */
async function compareCurve(model: Model, set: SolutionSet): Promise<void> {
  const solution = await withSessions(sessions => find(model, sessions, { seeds: 1 }));
  const options = connectOptions.parse({ pairs: [[0, 1]] });
  const { report } = await withSessions(sessions => connect({ model, sessions, set, options, ...uncancelled }));
  const [connection] = report.connections;
  printTable(
    'A curve beside a solution',
    ['', 'time', 'steps', 'each'],
    [
      ['solution', solution.summary.seconds, solution.summary.evaluations] as const,
      ['curve', report.seconds, connection?.steps ?? 0] as const,
    ].map(([name, seconds, steps]) => [
      name,
      shown(seconds),
      String(steps),
      `${((1000 * seconds) / steps).toFixed(1)} ms`,
    ]),
  );
  printNote(
    `lowest accuracy: line ${connection?.straight.lowestAccuracy.toFixed(2)}, curve ${connection?.curve.lowestAccuracy.toFixed(2)}; length ${connection?.lengthRatio.toFixed(3)}`,
  );
}

/** All pairs of many vectors, and everything that is told about them. */
async function timeDistances(model: Model, set: SolutionSet, repetitions: number): Promise<void> {
  const width = model.config.hiddenSize;
  const points = Array.from({ length: vectors }, (_, i) => normalNumbers(2 * width, [i]));
  const solutions = points.map((point, i) => ({
    text: i % 20,
    seed: i,
    steps: 1,
    correct: 1,
    tokens: 1,
    e: point.slice(0, width),
    m: point.slice(width),
  }));
  const many = {
    ...set,
    solutions,
    texts: Array.from({ length: 20 }, (_, i) => ({ title: `${i}`, text: `text ${i}` })),
  };
  const timed = async (work: () => Promise<unknown>): Promise<string> => {
    const seconds: number[] = [];
    for (let i = 0; i < repetitions; i++) seconds.push(await secondsOf(work));
    return shown(median(seconds));
  };
  const rows = [
    ['cosine', await timed(() => pairDistances(points, 'cosine'))],
    ['Euclidean', await timed(() => pairDistances(points, 'euclidean'))],
    [
      'cosine, densities and scatter',
      await timed(() => distanceReport(many, model.tokenizer, distanceOptions.parse({}))),
    ],
  ];
  printTable(`All pairs of ${vectors} vectors [${2 * width}], median of ${repetitions}`, ['', 'time'], rows);
}

/** The space of solutions: a search, a curve, distances. */
export async function benchmarkSolutions({ repetitions }: { readonly repetitions: number }): Promise<void> {
  const model = await openModel(demoModel);
  const set = await compareSearches(model);
  await compareCurve(model, set);
  await timeDistances(model, set, repetitions);
}
