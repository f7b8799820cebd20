import { createHash } from 'node:crypto';

/**
 * A hash of plain data: equal for equal numbers, names, lists and objects, whatever the order of an object's keys, and
 * typed arrays by their bytes. What is undefined does not count.
 */
export function contentKey(...parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts, canonical)).digest('hex');
}

function canonical(_name: string, value: unknown): unknown {
  if (ArrayBuffer.isView(value)) {
    const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
    return { [value.constructor.name]: createHash('sha256').update(bytes).digest('hex') };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
