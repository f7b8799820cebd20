import { AdamW } from '../../src/runtime/training/adamw.ts';
import { Lbfgs } from '../../src/runtime/training/lbfgs.ts';
import { normalNumbers } from '../../src/runtime/training/random.ts';
import { always, lbfgsConstants, type Recipe, recipes } from '../../src/runtime/training/recipe.ts';

const { lbfgs } = recipes;
/** The default recipe's solver with as many pairs from the first step to the last. */
const remembering =
  (pairs: number): Recipe['solver'] =>
  (start, seed, restored) =>
    new Lbfgs(
      start,
      { ...lbfgsConstants, pairs: () => pairs },
      kick => normalNumbers(start.length, seed, 'kick', kick),
      restored,
    );

/** The default recipe, one part taken out of each. */
const ablations = {
  'lbfgs-plain': { ...lbfgs, description: 'the default recipe on plain cross-entropy', sharpness: always(1) },
  'lbfgs-mild': { ...lbfgs, description: 'the default recipe, its sharpness never grown', sharpness: always(2) },
  'lbfgs-sharp': {
    ...lbfgs,
    description: 'the default recipe, as sharp as can be from the start',
    sharpness: always(8),
  },
  'lbfgs-20-pairs': { ...lbfgs, description: 'the default recipe, its memory never grown', solver: remembering(20) },
  'lbfgs-200-pairs': {
    ...lbfgs,
    description: 'the default recipe with a long memory from the start',
    solver: remembering(200),
  },
  'lbfgs-normal-start': { ...lbfgs, description: 'the default recipe from N(0,1)', start: 'normal' },
  'adamw-sharp': {
    ...lbfgs,
    description: "the default recipe's objective, AdamW at a rate of 0.05",
    solver: (start, _seed, restored) =>
      new AdamW(start, { learningRate: 0.05, beta1: 0.9, beta2: 0.99, weightDecay: 0, epsilon: 1e-8 }, restored),
  },
} satisfies Record<string, Recipe>;

export const contenders: Readonly<Record<string, Recipe>> = { ...recipes, ...ablations };

/** @throws Error for a name that is none of `contenders` */
export function contenderOf(name: string): Recipe {
  const contender = contenders[name];
  if (!contender) throw new Error(`there is no recipe ${name}`);
  return contender;
}
