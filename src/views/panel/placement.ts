/**
 * Where the panel goes so that it does not cover the text that it is about.
 *
 * @param text column of the text; undefined when it is not open
 * @param columns all columns of the window
 * @param panel column of the panel; undefined when it is not open
 * @returns a column; 'beside' for a new one beside the text's
 */
export function columnForPanel(
  text: number | undefined,
  columns: readonly number[],
  panel: number | undefined,
): number | 'beside' {
  if (panel !== undefined && panel !== text) return panel;
  const others = columns.filter(column => column !== text).sort((a, b) => a - b);
  if (text === undefined || !others.length) return 'beside';
  return others.find(column => column > text) ?? others.at(-1) ?? 'beside';
}
