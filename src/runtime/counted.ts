/** A count with its noun, which agrees: "1 segment", "2 segments". */
export function counted(count: number, singular: string): string {
  return `${count} ${count === 1 ? singular : `${singular}s`}`;
}
