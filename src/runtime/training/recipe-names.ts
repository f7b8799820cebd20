/** The recipes by name, apart from what they are: the extension, which offers them, is spared the solvers. */
export const recipeNames = ['lbfgs', 'lbfgs-draft', 'paper'] as const;
export type RecipeName = (typeof recipeNames)[number];
export const defaultRecipe: RecipeName = 'lbfgs';

export function isRecipeName(name: string): name is RecipeName {
  return recipeNames.some(known => known === name);
}
