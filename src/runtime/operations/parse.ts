import * as z from 'zod/mini';
import en from 'zod/v4/locales/en.js';
import { UserError } from '../errors.ts';

z.config(en());

/** Checks what was given, from wherever it comes. @throws UserError naming the value that is wrong. */
export function parseParameters<S extends z.ZodMiniType>(schema: S, given: unknown): z.output<S> {
  const parsed = z.safeParse(schema, given);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const path = issue?.path ?? [];
  // A person has written one value or a list: which of them is wrong can be seen.
  const named = (path[0] === 'options' ? path.slice(1) : path).filter(part => typeof part === 'string');
  throw new UserError(
    `The option ${named.join('.')} is not valid: ${issue?.message.replace(/^[A-Z]/, letter => letter.toLowerCase())}.`,
  );
}
