import { join } from 'node:path';
import { z } from 'zod';
import { UserError } from '../errors.ts';
import type { ModelConfig } from './architectures/description.ts';
import { families } from './architectures/families/index.ts';
import { familiesText, familyOf } from './architectures/families/titles.ts';
import { parse } from './architectures/settings.ts';
import { readJson } from './json-file.ts';

export type { ModelConfig } from './architectures/description.ts';

const typed = z.looseObject({ model_type: z.string() });

/** What a config.json says of the family of its model; undefined where it says nothing. */
export const modelTypeIn = (json: unknown): string | undefined => typed.safeParse(json).data?.model_type;

/** The same of a folder; undefined also where it cannot be read. */
export const modelTypeOf = (folder: string): Promise<string | undefined> =>
  readJson(join(folder, 'config.json'), 'config').then(modelTypeIn, () => undefined);

/**
 * Validates a config.json. What we do not compute exactly is refused by name, never approximated.
 *
 * @param place the file, for messages
 * @throws UserError naming the field and what it must be.
 */
export function parseConfig(json: unknown, place: string): ModelConfig {
  const { model_type: type } = parse(typed, json, place);
  const name = familyOf(type);
  if (!name)
    throw new UserError(
      `${place} is of a model of type "${type}", which is not computed here; choose a model of one of the families ${familiesText}.`,
    );
  return families[name](json, place);
}
