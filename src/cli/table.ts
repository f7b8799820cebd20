/** Rows under a header, columns aligned: to the left, those named in `right` to the right. */
export function table(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  right: readonly string[] = [],
): string {
  const widths = header.map((title, column) => Math.max(title.length, ...rows.map(row => row[column]?.length ?? 0)));
  return [header, ...rows]
    .map(row =>
      row
        .map((cell, column) => {
          const width = widths[column] ?? 0;
          return right.includes(header[column] ?? '') ? cell.padStart(width) : cell.padEnd(width);
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** A text in few characters, on one line. */
export function shortened(text: string, most = 40): string {
  const line = JSON.stringify(text).slice(1, -1);
  return line.length > most ? `${line.slice(0, most - 1)}…` : line;
}

/** "98.5 %" */
export const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
