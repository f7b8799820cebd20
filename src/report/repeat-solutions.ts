import type { SolutionsInspection } from '../runtime/results/solutions.ts';
import { commandLine, type Places, type Repeat } from './repeat.ts';

/** Seeds that follow each other. */
interface Seeds {
  readonly first: number;
  readonly count: number;
}

/** One search: these texts, each with these seeds. */
interface Search extends Seeds {
  readonly texts: readonly number[];
}

/** What a file of solutions does not say by itself. */
export interface SolutionsAsked {
  /** Whether all solutions of a text have one m. */
  readonly sharedM: boolean;
  /** Where to compute; undefined leaves it to the program. */
  readonly device: string | undefined;
}

/** The command lines that find the solutions of a file again, and the curves between them. */
export function repeatSolutions(
  inspection: SolutionsInspection,
  { sharedM, device }: SolutionsAsked,
  { model, texts, out }: Places,
): Repeat {
  const { arrangement, recipe, solutions } = inspection;
  const where = [
    ...(model === undefined ? [] : ['--model', model]),
    ...(device === undefined ? [] : ['--device', device]),
  ];
  // A solution that is not perfect has had all of its evaluations.
  const budget = solutions.find(({ correct, tokens }) => correct < tokens)?.steps;
  const searches = searchesOf(inspection);
  const search = ({ texts: which, first, count }: Search, place: string): string =>
    commandLine([
      'solutions',
      ...which.map(index => texts[index] ?? ''),
      ...['--out', place, ...where, '--arrangement', arrangement, '--recipe', recipe],
      ...(budget === undefined ? [] : ['--budget', String(budget)]),
      ...['--seeds', String(count), '--seed', String(first)],
      ...(sharedM ? ['--shared-m'] : []),
    ]);
  const [only, ...others] = searches;
  const parts = searches.map((_, i) => `${out.replace(/(\.solutions)?\.json$/, '')}-${i + 1}.solutions.json`);
  return {
    commands: [
      ...(only && !others.length
        ? [search(only, out)]
        : [
            ...searches.map((one, i) => search(one, parts[i] ?? out)),
            commandLine(['solutions', ...parts, '--out', out, ...where]),
          ]),
      ...connecting(inspection).map(pairs => commandLine(['connect', out, ...where, '--pairs', pairs])),
    ],
    assumed: assumptions(inspection, searches.length, budget),
  };
}

/** Texts with the same seeds are searched together. */
function searchesOf({ texts, solutions }: SolutionsInspection): Search[] {
  const searches: { texts: number[]; first: number; count: number }[] = [];
  for (const [text] of texts.entries()) {
    const seeds = solutions.filter(solution => solution.text === text).map(({ seed }) => seed);
    for (const { first, count } of runsOf(seeds)) {
      const same = searches.find(search => search.first === first && search.count === count);
      if (same && !same.texts.includes(text)) same.texts.push(text);
      else searches.push({ texts: [text], first, count });
    }
  }
  return searches;
}

function runsOf(seeds: readonly number[]): Seeds[] {
  const runs: { first: number; count: number }[] = [];
  for (const seed of seeds) {
    const last = runs.at(-1);
    if (last && seed === last.first + last.count) last.count++;
    else runs.push({ first: seed, count: 1 });
  }
  return runs;
}

/** The pairs that were connected, as the command line names them. */
function connecting({ solutions, curves }: SolutionsInspection): readonly string[] {
  const pairs = solutions.reduce(
    (sum, { text }, i) => sum + solutions.slice(i + 1).filter(other => other.text === text).length,
    0,
  );
  if (curves.length && curves.length === pairs) return ['all'];
  return curves.map(({ first, second }) => `${first},${second}`);
}

function assumptions(
  { texts, curves }: SolutionsInspection,
  searches: number,
  budget: number | undefined,
): readonly string[] {
  return [
    ...(budget === undefined ? ['Its budget was the one of the recipe; if not, add --budget.'] : []),
    ...(texts.some(({ context }) => context !== undefined)
      ? [
          'Texts that the model wrote after a context are given as texts, because the file does not hold the context: their kinds of pairs are others then.',
        ]
      : []),
    ...(searches > 1
      ? ['Solutions with different seeds are found apart and gathered; their order may be another one.']
      : []),
    ...(curves.length ? ['Its curves were trained with the usual settings.'] : []),
  ];
}
