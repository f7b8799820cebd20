/** The editor of NAME.solutions.json files, as package.json names it. */
export const solutionsEditorType = 'protoTokens.solutions';
