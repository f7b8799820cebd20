import { join } from 'node:path';
import { z } from 'zod';
import { readJson } from './json-file.ts';
import type { Model } from './model.ts';

const schema = z.looseObject({ bos_token_id: z.number().int().min(0).nullish() });

/** The token that a text begins with for this model (BOS), as config.json names it; undefined when it names none. */
export async function beginningToken({ folder, config }: Model): Promise<number | undefined> {
  const parsed = schema.safeParse(await readJson(join(folder, 'config.json'), 'config'));
  const id = parsed.data?.bos_token_id ?? undefined;
  return id !== undefined && id < config.vocabularySize ? id : undefined;
}
