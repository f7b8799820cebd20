import { hash } from 'node:crypto';

/**
 * A hash of plain data: equal for equal numbers, names, lists and objects, whatever the order of an object's keys, and
 * typed arrays by their bytes. What is undefined does not count.
 */
export function contentKey(...parts: readonly unknown[]): string {
  return hash('sha256', canonical(parts));
}

/** The same for parts that differ in their last one only: the others are written once. */
export function contentKeysAfter(...beginning: readonly unknown[]): (last: unknown) => string {
  const begun = `${canonical(beginning).slice(0, -1)}${beginning.length ? ',' : ''}`;
  return last => hash('sha256', `${begun}${canonical(last)}]`);
}

/** JSON without spaces in which the keys of objects are in order. */
function canonical(value: unknown): string {
  if (ArrayBuffer.isView(value)) {
    const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
    return `{"${value.constructor.name}":"${hash('sha256', bytes)}"}`;
  }
  if (Array.isArray(value))
    return value.every(part => typeof part === 'string')
      ? JSON.stringify(value)
      : `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const entries = Object.entries(value)
    .filter(([, part]) => part !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([name, part]) => `${JSON.stringify(name)}:${canonical(part)}`).join(',')}}`;
}
