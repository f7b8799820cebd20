/** A count with its noun, which agrees: "1 segment", "2,345 segments". */
export function counted(count: number, one: string, others = `${one}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : others}`;
}
