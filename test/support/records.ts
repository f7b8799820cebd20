import { readFileSync } from 'node:fs';

/** The lines of a file of records without what a clock has measured, in the order of their keys. */
export function linesOf(path: string): string[] {
  return readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map(line => JSON.stringify(JSON.parse(line), (name, value) => (name === 'seconds' ? 0 : value)))
    .sort();
}
