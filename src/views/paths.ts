import { realpathSync } from 'node:fs';
import path, { type PlatformPath, posix } from 'node:path';

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

/** Where a place really is, links followed; of one that is not there yet, as far as it is. */
function real(place: string): string {
  try {
    return realpathSync.native(place);
  } catch {
    const above = path.dirname(place);
    return above === place ? place : path.join(real(above), path.basename(place));
  }
}

/** Whether a place of this machine is a folder or lies in it, whatever links lead there. */
export const isReallyInside = (folder: string, place: string): boolean => isInside(real(folder), real(place));

/**
 * Where a place is after something was renamed or moved: the place itself, or a folder that it lies in.
 *
 * @param place path of a URI, as the others
 * @returns undefined when it stays where it was
 */
export function movedPath(place: string, from: string, to: string): string | undefined {
  return isInside(from, place, posix) ? posix.join(to, posix.relative(from, place)) : undefined;
}
