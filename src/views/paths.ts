import path, { type PlatformPath } from 'node:path';

/**
 * Whether a place is a folder or lies in it, by their names alone.
 *
 * @param rules of the platform that the names belong to
 */
export function isInside(folder: string, place: string, rules: PlatformPath = path): boolean {
  const way = rules.relative(folder, place);
  // Between two drives there is no relative way: Windows gives the whole path back.
  return way !== '..' && !way.startsWith(`..${rules.sep}`) && !rules.isAbsolute(way);
}
