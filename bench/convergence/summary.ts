import { costWithin, type Goal, isSettled, type Result } from './result.ts';
import { capacity, type Estimate, estimate, geometricMean, type Interval, wilsonInterval } from './statistics.ts';
import { type Setting, type Trial, trialsOf } from './trial.ts';

/** How a recipe did on prefixes of one length. */
export interface LengthSummary {
  readonly length: number;
  /** Texts that are long enough. */
  readonly asked: number;
  /** Of those, measured or skipped. */
  readonly texts: number;
  readonly skipped: number;
  readonly perfect: number;
  /** The share that became perfect. */
  readonly share: Interval;
  /** Mean share of right tokens at the best point of each text that was not skipped. */
  readonly accuracy: number;
  /** Until each goal; infinite where it was not reached. */
  readonly evaluations: Readonly<Record<Goal, Estimate>>;
  readonly seconds: Readonly<Record<Goal, Estimate>>;
}

/** The longest prefix that comes out within so many evaluations. */
export interface CapacitySummary {
  readonly evaluations: number;
  readonly length: Estimate;
  /** Whether it may be more: longer prefixes, or so many evaluations, were not tried. */
  readonly atLeast: boolean;
}

/** The paper's cost divided by this recipe's, text by text, where both came out right. */
export interface RatioSummary {
  /** Undefined: the geometric mean of all lengths, of each text. */
  readonly length: number | undefined;
  readonly texts: number;
  readonly evaluations: Estimate;
  readonly seconds: Estimate;
}

export interface RecipeSummary {
  readonly recipe: string;
  /** Evaluations within which a prefix must come out right to count. */
  readonly budget: number;
  readonly lengths: readonly LengthSummary[];
  /** Texts of which every length that was begun is known. */
  readonly capacityTexts: number;
  readonly ratios: readonly RatioSummary[];
  capacityAt(goal: Goal, evaluations: number): CapacitySummary | undefined;
}

/** The results of one recipe in a setting. */
export interface RecipeResults {
  readonly recipe: string;
  readonly budget: number;
  readonly setting: Setting;
  readonly lengths: readonly number[];
  readonly find: (trial: Trial) => Result | undefined;
}

/** What is compared with; a recipe beside itself would say nothing. */
const yardstick: string = 'paper';

/** Sums up what is known of some recipes. Those of which nothing is known are left out. */
export function summarise(recipes: readonly RecipeResults[]): RecipeSummary[] {
  const known = recipes.map(recipe => new KnownRecipe(recipe)).filter(({ lengths }) => lengths.length);
  const paper = known.find(({ recipe }) => recipe === yardstick);
  return known.map(recipe => recipe.summary(paper === recipe ? undefined : paper));
}

class KnownRecipe {
  readonly recipe: string;
  /** Lengths of which anything is known, ascending. */
  readonly lengths: readonly number[];
  private readonly budget: number;
  private readonly trials = new Map<number, readonly Trial[]>();
  /** By length, then by text. */
  private readonly settled = new Map<number, ReadonlyMap<number, Result>>();

  constructor({ recipe, budget, setting, lengths, find }: RecipeResults) {
    this.recipe = recipe;
    this.budget = budget;
    for (const length of lengths) {
      const trials = trialsOf(setting, recipe, length);
      const results = trials.map(find).filter(result => isSettled(result, budget));
      this.trials.set(length, trials);
      this.settled.set(length, new Map(results.map(result => [result.text, result])));
    }
    this.lengths = [...lengths].sort((a, b) => a - b).filter(length => this.settled.get(length)?.size);
  }

  summary(paper: KnownRecipe | undefined): RecipeSummary {
    const { recipe, budget } = this;
    const complete = this.completeTexts();
    return {
      recipe,
      budget,
      lengths: this.lengths.flatMap(length => this.summaryOf(length) ?? []),
      capacityTexts: complete.length,
      ratios: paper ? this.ratios(paper) : [],
      capacityAt: (goal, evaluations) => this.capacityAt(complete, goal, evaluations),
    };
  }

  private summaryOf(length: number): LengthSummary | undefined {
    const results = [...(this.settled.get(length)?.values() ?? [])];
    const perfect = results.filter(result => costWithin(result, 'perfect', this.budget)).length;
    const tried = results.filter(({ skipped }) => !skipped);
    const of = (goal: Goal, unit: 'steps' | 'seconds'): Estimate | undefined =>
      estimate(results.map(result => costWithin(result, goal, this.budget)?.[unit] ?? Number.POSITIVE_INFINITY));
    const both = (unit: 'steps' | 'seconds'): Record<Goal, Estimate> | undefined => {
      const [whole, most] = [of('perfect', unit), of('near', unit)];
      return whole && most && { perfect: whole, near: most };
    };
    const [evaluations, seconds] = [both('steps'), both('seconds')];
    if (!evaluations || !seconds) return undefined;
    return {
      length,
      asked: this.trials.get(length)?.length ?? 0,
      texts: results.length,
      skipped: results.length - tried.length,
      perfect,
      share: wilsonInterval(perfect, results.length),
      accuracy: tried.reduce((sum, { correct }) => sum + correct / length, 0) / tried.length,
      evaluations,
      seconds,
    };
  }

  /** Texts of which the result is known at every length that they are long enough for. */
  private completeTexts(): number[] {
    const missing = new Set(
      this.lengths.flatMap(length =>
        (this.trials.get(length) ?? []).filter(({ text }) => !this.settled.get(length)?.has(text)).map(t => t.text),
      ),
    );
    const texts = new Set(this.lengths.flatMap(length => (this.trials.get(length) ?? []).map(({ text }) => text)));
    return [...texts].filter(text => !missing.has(text));
  }

  private capacityAt(texts: readonly number[], goal: Goal, evaluations: number): CapacitySummary | undefined {
    const within = Math.min(evaluations, this.budget);
    const capacities = texts.map(text => {
      const results = this.lengths.flatMap(length => this.settled.get(length)?.get(text) ?? []);
      const costs = results.map(result => ({
        length: result.length,
        evaluations: costWithin(result, goal, this.budget)?.steps ?? Number.POSITIVE_INFINITY,
      }));
      return capacity(costs, within);
    });
    const length = estimate(capacities);
    const atLeast = evaluations > this.budget || length?.median === this.lengths.at(-1);
    return length && { evaluations, length, atLeast };
  }

  private ratios(paper: KnownRecipe): RatioSummary[] {
    const ofText = new Map<number, { evaluations: number; seconds: number }[]>();
    const summaries = this.lengths.map(length => {
      const pairs = [...(this.settled.get(length) ?? [])].flatMap(([text, result]) => {
        const other = paper.settled.get(length)?.get(text);
        const [own, its] = [
          costWithin(result, 'perfect', this.budget),
          other && costWithin(other, 'perfect', paper.budget),
        ];
        if (!own || !its) return [];
        const ratio = { evaluations: its.steps / own.steps, seconds: its.seconds / own.seconds };
        ofText.set(text, [...(ofText.get(text) ?? []), ratio]);
        return [ratio];
      });
      return ratioSummary(length, pairs);
    });
    const whole = [...ofText.values()].map(ratios => ({
      evaluations: geometricMean(ratios.map(({ evaluations }) => evaluations)),
      seconds: geometricMean(ratios.map(({ seconds }) => seconds)),
    }));
    return [...summaries, ratioSummary(undefined, whole)].filter(ratio => ratio !== undefined);
  }
}

function ratioSummary(
  length: number | undefined,
  ratios: readonly { readonly evaluations: number; readonly seconds: number }[],
): RatioSummary | undefined {
  const evaluations = estimate(ratios.map(ratio => ratio.evaluations));
  const seconds = estimate(ratios.map(ratio => ratio.seconds));
  return evaluations && seconds && { length, texts: ratios.length, evaluations, seconds };
}

/** The budget of a report: what is asked for, or the greatest that any result had. */
export function reportedBudget(results: readonly Result[], recipe: string, asked: number | undefined): number {
  return asked ?? results.filter(result => result.recipe === recipe).reduce((most, r) => Math.max(most, r.budget), 0);
}
