import { UserError } from '../errors.ts';
import type { SolutionCurve } from '../results/solutions.ts';
import { isTooDeep } from './depth.ts';
import { encodeVector } from './vectors.ts';

/** What of a NAME.solutions.json changes when curves are added to it. */
interface WithCurves {
  readonly curves: readonly { readonly first: number; readonly second: number }[];
}

function hasCurves(content: unknown): content is WithCurves {
  return typeof content === 'object' && content !== null && 'curves' in content && Array.isArray(content.curves);
}

/** The bytes of a NAME.solutions.json from its contents. */
export function solutionsBytes(content: object): Uint8Array {
  return Buffer.from(`${JSON.stringify(content, undefined, 1)}\n`);
}

function contentOf(file: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(file));
  } catch {
    return undefined;
  }
}

/**
 * A NAME.solutions.json with new curves in place of older ones of the same pairs. All else stays as it is, so the file
 * need not have been checked.
 *
 * @throws UserError when it is no such file.
 */
export function addCurves(file: Uint8Array, curves: readonly SolutionCurve[], name: string): Uint8Array {
  const content = contentOf(file);
  // Written with a level of stack for each of its own.
  if (!hasCurves(content) || isTooDeep(content))
    throw new UserError(`${name} is not a file of solutions; choose a NAME.solutions.json.`);
  const key = ({ first, second }: { first: number; second: number }): string => [first, second].sort().join();
  const replaced = new Set(curves.map(key));
  const kept = content.curves.filter(curve => !replaced.has(key(curve)));
  const added = curves.map(({ e, m, ...curve }) => ({ ...curve, e: encodeVector(e), m: encodeVector(m) }));
  return solutionsBytes({ ...content, curves: [...kept, ...added] });
}

/** Whether two files hold the same texts and solutions, so that curves between those of one are curves of the other. */
export function sameSolutions(a: Uint8Array, b: Uint8Array): boolean {
  const solutionsOf = (file: Uint8Array): string => {
    const { curves: _, ...rest } = JSON.parse(new TextDecoder().decode(file)) as Record<string, unknown>;
    return JSON.stringify(rest);
  };
  try {
    return Buffer.compare(a, b) === 0 || solutionsOf(a) === solutionsOf(b);
  } catch {
    return false;
  }
}
