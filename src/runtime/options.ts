import type { z } from 'zod';
import { UserError } from './errors.ts';

/** Checks what a user chose, from wherever it comes. @throws UserError naming the option that is wrong. */
export function parseOptions<T>(schema: z.ZodType<T>, choices: unknown): T {
  const parsed = schema.safeParse(choices);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new UserError(
    `The option ${issue?.path.join('.')} is not valid: ${issue?.message.replace(/^[A-Z]/, letter => letter.toLowerCase())}.`,
  );
}
