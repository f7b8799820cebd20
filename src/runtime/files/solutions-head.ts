import * as z from 'zod/mini';
import type { SolutionsHead } from '../results/solutions.ts';

/** What stands before the solutions in a file that this program has written. */
const headSchema = z.object({
  format: z.literal('proto-tokens solutions'),
  model: z.object({ id: z.string() }),
  arrangement: z.string(),
  texts: z.array(z.unknown()),
});

/** A key: within a string its quotation marks would have backslashes before them. */
const solutionsBegin = /,\s*"solutions"\s*:\s*\[/;

/**
 * What a NAME.solutions.json says of itself before its solutions.
 *
 * @param beginning of the file
 * @returns undefined where that is not the beginning of such a file, or it does not reach to the solutions
 */
export function readSolutionsHead(beginning: Uint8Array): SolutionsHead | undefined {
  const text = new TextDecoder().decode(beginning);
  const end = text.search(solutionsBegin);
  if (end < 0) return undefined;
  try {
    const { model, arrangement, texts } = headSchema.parse(JSON.parse(`${text.slice(0, end)}}`));
    return { model, arrangement, texts: texts.length };
  } catch {
    return undefined;
  }
}
