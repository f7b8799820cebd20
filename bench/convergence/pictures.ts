import { type Axis, type Mark, type Panel, type Series, svgOf } from '../../src/plot/axes.ts';
import { logarithmicAxis, roundNumbers } from '../../src/plot/ticks.ts';
import { contenders } from './recipes.ts';
import type { RecipeSummary } from './summary.ts';

/** What one model did, under its name. */
export interface ModelSummary {
  readonly title: string;
  readonly recipes: readonly RecipeSummary[];
}

const sideBySide = 'Recipes stand side by side at each place, so that their intervals can be told apart.';

/** A recipe looks the same in every picture. */
function lookOf({ recipe }: RecipeSummary): number {
  return Object.keys(contenders).indexOf(recipe);
}

function lengthAxis(lengths: readonly number[]): Axis {
  const ticks = [...new Set(lengths)].sort((a, b) => a - b);
  const [low, high] = [ticks[0] ?? 1, ticks.at(-1) ?? 1];
  // A single length stands in the middle.
  return {
    label: 'tokens of the text',
    logarithmic: true,
    range: low < high ? [low, high] : [low / 2, 2 * low],
    ticks,
  };
}

function evaluationSeries(recipe: RecipeSummary): Series {
  const { budget } = recipe;
  const marks = recipe.lengths.map(({ length, evaluations }): Mark => {
    const { median, interval } = evaluations.perfect;
    const reached = Number.isFinite(median);
    return {
      x: length,
      y: reached ? median : budget,
      low: interval && Math.min(interval.low, budget),
      high: interval?.high,
      hollow: !reached,
    };
  });
  const notes = recipe.lengths.map(({ length, perfect, texts }) => ({ x: length, text: `${perfect}/${texts}` }));
  return { name: recipe.recipe, look: lookOf(recipe), marks, notes };
}

function evaluationPanel({ title, recipes }: ModelSummary): Panel {
  const series = recipes.map(evaluationSeries);
  const heights = series.flatMap(({ marks }) => marks.flatMap(({ y, low, high }) => [y, low ?? y, high ?? y]));
  return {
    title,
    x: lengthAxis(recipes.flatMap(({ lengths }) => lengths.map(({ length }) => length))),
    y: logarithmicAxis(
      'gradient evaluations until all tokens are right',
      heights.filter(height => Number.isFinite(height)),
    ),
    series,
  };
}

function capacitySeries(recipe: RecipeSummary): Series {
  const evaluations = new Set([...roundNumbers(20, recipe.budget), recipe.budget]);
  const marks = [...evaluations].flatMap((budget): Mark[] => {
    const capacity = recipe.capacityAt('perfect', budget);
    if (!capacity) return [];
    const { median, interval } = capacity.length;
    return [{ x: budget, y: median, low: interval?.low, high: interval?.high, hollow: capacity.atLeast }];
  });
  return { name: recipe.recipe, look: lookOf(recipe), marks };
}

function capacityPanel({ title, recipes }: ModelSummary): Panel {
  const lengths = [...new Set(recipes.flatMap(recipe => recipe.lengths.map(({ length }) => length)))];
  const ticks = [0, ...lengths.sort((a, b) => a - b)];
  return {
    title,
    x: logarithmicAxis('gradient evaluations', [20, ...recipes.map(({ budget }) => budget)]),
    y: {
      label: 'longest text that comes out right, in tokens',
      logarithmic: false,
      range: [-0.03 * Math.max(...lengths), 1.05 * Math.max(...lengths)],
      ticks,
    },
    series: recipes.map(capacitySeries),
  };
}

/** A sentence for each recipe, for those who do not see the picture. */
function inWords(models: readonly ModelSummary[], words: (recipe: RecipeSummary) => string): string {
  return models
    .flatMap(({ title, recipes }) => recipes.map(recipe => `${title}, ${recipe.recipe}: ${words(recipe)}.`))
    .join(' ');
}

/** Evaluations until all tokens are right against the length of the text, one panel for each model. */
export function evaluationPicture(models: readonly ModelSummary[], texts: string): string {
  return svgOf({
    title: `Gradient evaluations to accuracy 1.0, ${texts}`,
    description: inWords(models, ({ budget, lengths }) =>
      lengths
        .map(({ length, evaluations, perfect, texts: count }) => {
          const { median } = evaluations.perfect;
          const cost = Number.isFinite(median) ? Math.round(median) : `more than ${budget}`;
          return `${length} tokens ${cost} evaluations (${perfect} of ${count} texts)`;
        })
        .join(', '),
    ),
    caption: [
      'Median of the texts and its 95 % interval; an arrow: beyond the budget.',
      'Hollow: half of the texts or more did not come out right; the marker stands at the budget.',
      sideBySide,
    ],
    notesLabel: 'texts that come out right within the budget:',
    panels: models.map(evaluationPanel),
  });
}

/** The longest text that comes out right against evaluations, one panel for each model. */
export function capacityPicture(models: readonly ModelSummary[], texts: string): string {
  return svgOf({
    title: `Capacity at accuracy 1.0, ${texts}`,
    description: inWords(models, recipe =>
      roundNumbers(100, recipe.budget)
        .flatMap(budget => {
          const capacity = recipe.capacityAt('perfect', budget);
          return capacity ? [`${capacity.length.median} tokens in ${budget} evaluations`] : [];
        })
        .join(', '),
    ),
    caption: [
      'Longest prefix tried that comes out right; median of the texts and its 95 % interval.',
      'Hollow: at least so much, as no longer prefix was tried.',
      sideBySide,
    ],
    panels: models.map(capacityPanel),
  });
}
