import * as z from 'zod/mini';

/**
 * Says what an option is, in the words that a command line shows as help.
 *
 * @param placeholder what stands for its value there
 */
export function about<S extends z.ZodMiniType>(schema: S, description: string, placeholder?: string): S {
  z.globalRegistry.add(schema, { description, placeholder });
  return schema;
}

/** A whole number with both ends included. */
export function whole(least: number, most: number) {
  return z.int().check(z.minimum(least), z.maximum(most));
}

/** The greatest seed of what is derived from it by 32-bit arithmetic. */
export const greatestSeed = 2_147_483_647;
