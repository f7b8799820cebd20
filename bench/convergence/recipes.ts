import { AdamW } from '../../src/runtime/training/adamw.ts';
import { Lbfgs } from '../../src/runtime/training/lbfgs.ts';
import { normalNumbers } from '../../src/runtime/training/random.ts';
import { always, lbfgsConstants, type Recipe, recipes } from '../../src/runtime/training/recipe.ts';

/** A recipe that is compared: one of the program's, or the default one with a part taken out. */
export interface Contender extends Recipe {
  /** The spread of the numbers it starts from; that of N(0,1) when left out. */
  readonly startScale?: number;
}

const { lbfgs } = recipes;
/** Taken out of the default recipe, one at a time. */
const ablations = {
  'lbfgs-plain': { ...lbfgs, description: 'the default recipe on plain cross-entropy', sharpness: always(1) },
  'lbfgs-mild': { ...lbfgs, description: 'the default recipe, its sharpness never grown', sharpness: always(3) },
  'lbfgs-sharp': {
    ...lbfgs,
    description: 'the default recipe, as sharp as can be from the start',
    sharpness: always(8),
  },
  'lbfgs-10-pairs': {
    ...lbfgs,
    description: 'the default recipe with the history of a textbook',
    solver: (start, seed, restored) =>
      new Lbfgs(
        start,
        { ...lbfgsConstants, pairs: 10 },
        kick => normalNumbers(start.length, seed, 'kick', kick),
        restored,
      ),
  },
  'lbfgs-small-start': { ...lbfgs, description: 'the default recipe from a tenth of N(0,1)', startScale: 0.1 },
  'adamw-sharp': {
    ...lbfgs,
    description: "the default recipe's objective, AdamW at a rate of 0.05",
    solver: (start, _seed, restored) =>
      new AdamW(start, { learningRate: 0.05, beta1: 0.9, beta2: 0.99, weightDecay: 0, epsilon: 1e-8 }, restored),
  },
} satisfies Record<string, Contender>;

export const contenders: Readonly<Record<string, Contender>> = { ...recipes, ...ablations };

/** @throws Error for a name that is none of `contenders` */
export function contenderOf(name: string): Contender {
  const contender = contenders[name];
  if (!contender) throw new Error(`there is no recipe ${name}`);
  return contender;
}
