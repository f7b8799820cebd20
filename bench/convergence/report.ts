import { printNote, printTable } from '../table.ts';
import { accuracyOf, type Goal, goals } from './result.ts';
import type { Estimate, Interval } from './statistics.ts';
import type { CapacitySummary, LengthSummary, RecipeSummary } from './summary.ts';

/** Evaluations at which the capacity is told. */
const capacityBudgets = [200, 1000, 2000, 5000];

type Show = (value: number) => string;
const whole: Show = value => String(Math.round(value));
const times: Show = value => value.toFixed(value < 10 ? 2 : 1);
const duration: Show = value => value.toFixed(value < 10 ? 2 : 0);
const share: Show = value => (100 * value).toFixed(0);

function bounds(interval: Interval | undefined, show: Show): string {
  return interval ? ` [${show(interval.low)}, ${show(interval.high)}]` : '';
}

function shown({ median, interval }: Estimate, show: Show): string {
  return show(median) + bounds(interval, show);
}

const isUnfinished = ({ texts, asked }: LengthSummary): boolean => texts < asked;

/** What is not reached is beyond the budget; how many seconds that would be nobody knows. */
function cost(estimate: Estimate, show: Show, beyond: string): string {
  if (!Number.isFinite(estimate.interval?.low ?? estimate.median)) return beyond;
  return shown(estimate, value => (Number.isFinite(value) ? show(value) : beyond));
}

function costs({ length, evaluations, seconds }: LengthSummary, budget: number, goal: Goal): string[] {
  if (goal === 'near' && length < 100) return ['same', 'same'];
  return [cost(evaluations[goal], whole, `>${budget}`), cost(seconds[goal], duration, '-')];
}

function lengthRow({ recipe, budget }: RecipeSummary, row: LengthSummary): string[] {
  const { length, asked, texts, perfect, accuracy } = row;
  return [
    recipe,
    String(length),
    isUnfinished(row) ? `${texts} of ${asked} *` : String(texts),
    String(perfect),
    `${share(perfect / texts)} %${bounds(row.share, share)}`,
    Number.isNaN(accuracy) ? '-' : accuracy.toFixed(3),
    ...goals.flatMap(goal => costs(row, budget, goal)),
  ];
}

function printLengths(title: string, recipes: readonly RecipeSummary[]): void {
  printTable(
    `Convergence: ${title}`,
    [
      'recipe',
      'N',
      'texts',
      'perfect',
      'share',
      'accuracy',
      ...goals.flatMap(goal => [`to ${accuracyOf[goal]}`, 'seconds']),
    ],
    recipes.flatMap(recipe => recipe.lengths.map(row => lengthRow(recipe, row))),
  );
  printNote(
    'perfect: texts whose tokens all come out right within the budget; share: of the texts, and its 95 % interval (Wilson).',
  );
  printNote(
    'to 1.0, to 0.99: median of the gradient evaluations until then, and its 95 % interval by order statistics',
  );
  printNote('(none for fewer than six texts). What is not reached counts as more than the budget.');
  printNote('seconds: of its share of the batch; an evaluation of a batch is divided equally among the texts in it.');
  printNote('accuracy: mean of the best of each text that was tried. Below 100 tokens 0.99 is the same as 1.0.');
  const all = recipes.flatMap(({ lengths }) => lengths);
  const skipped = all.reduce((sum, row) => sum + row.skipped, 0);
  if (skipped)
    printNote(
      `Not tried, because the recipe had failed (below 0.99) on the two shorter prefixes of the text: ${skipped}. They count as not reached.`,
    );
  if (all.some(isUnfinished))
    printNote('* not finished: what is solved is written first, so that these rows look better than they are.');
}

function printRatios(title: string, recipes: readonly RecipeSummary[]): void {
  const rows = recipes.flatMap(({ recipe, ratios }) =>
    ratios.map(({ length, texts, evaluations, seconds }) => [
      recipe,
      length === undefined ? 'all' : String(length),
      String(texts),
      shown(evaluations, times),
      shown(seconds, times),
    ]),
  );
  if (!rows.length) return;
  printTable(`Paper / recipe: ${title}`, ['recipe', 'N', 'texts', 'evaluations', 'seconds'], rows);
  printNote("The paper's cost of a text divided by the recipe's, where both came out right; median and 95 % interval.");
  printNote('Texts that only one of them solves are not in it. all: geometric mean over the lengths of each text.');
}

function capacityCell(summary: CapacitySummary | undefined): string {
  return summary ? `${summary.atLeast ? '≥' : ''}${shown(summary.length, whole)}` : '-';
}

function printCapacities(title: string, recipes: readonly RecipeSummary[]): void {
  const row = (recipe: RecipeSummary, goal: Goal): string[] => [
    recipe.recipe,
    accuracyOf[goal],
    `${recipe.capacityTexts}${recipe.lengths.some(isUnfinished) ? ' *' : ''}`,
    ...capacityBudgets.map(evaluations => capacityCell(recipe.capacityAt(goal, evaluations))),
  ];
  printTable(
    `Capacity in tokens: ${title}`,
    ['recipe', 'accuracy', 'texts', ...capacityBudgets.map(budget => `at ${budget}`)],
    recipes.flatMap(recipe => goals.map(goal => row(recipe, goal))),
  );
  printNote(
    'The longest prefix tried that reaches the accuracy within so many evaluations; median of the texts and its',
  );
  printNote('95 % interval. ≥: no longer prefix, or not so many evaluations, were tried.');
}

/** Prints all that was found out in a setting. */
export function printReport(title: string, recipes: readonly RecipeSummary[]): void {
  if (!recipes.length) {
    printNote(`\nThere are no results of ${title}.`);
    return;
  }
  printLengths(title, recipes);
  printRatios(title, recipes);
  printCapacities(title, recipes);
}
