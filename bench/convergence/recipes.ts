import { type Recipe, recipes } from '../../src/runtime/training/recipe.ts';

const { lbfgs } = recipes;
/** The default recipe's solver with as many pairs from the first step to the last. */
const remembering = (pairs: number): Recipe['solver'] => ({
  ...lbfgs.solver,
  memory: { first: pairs, growsAfter: 0, most: pairs },
});

/** The default recipe, one part taken out of each. */
const ablations = {
  /** On plain cross-entropy. */
  'lbfgs-plain': { ...lbfgs, sharpness: [[0, 1]] },
  /** Its sharpness never grown. */
  'lbfgs-mild': { ...lbfgs, sharpness: [[0, 2]] },
  /** As sharp as can be from the start. */
  'lbfgs-sharp': { ...lbfgs, sharpness: [[0, 8]] },
  /** Its memory never grown. */
  'lbfgs-20-pairs': { ...lbfgs, solver: remembering(20) },
  /** With a long memory from the start. */
  'lbfgs-200-pairs': { ...lbfgs, solver: remembering(200) },
  /** From N(0,1). */
  'lbfgs-normal-start': { ...lbfgs, start: 'normal' },
  /** Its objective, and AdamW at a rate of 0.05. */
  'adamw-sharp': {
    ...lbfgs,
    solver: { name: 'adamw', learningRate: 0.05, beta1: 0.9, beta2: 0.99, weightDecay: 0, epsilon: 1e-8 },
  },
} satisfies Record<string, Recipe>;

export const contenders: Readonly<Record<string, Recipe>> = { ...recipes, ...ablations };

/** @throws Error for a name that is none of `contenders` */
export function contenderOf(name: string): Recipe {
  const contender = contenders[name];
  if (!contender) throw new Error(`there is no recipe ${name}`);
  return contender;
}
