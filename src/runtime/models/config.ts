import { z } from 'zod';
import { UserError } from '../errors.ts';
import type { ModelConfig } from './architectures/description.ts';
import { families } from './architectures/families/index.ts';
import { type FamilyName, familiesText, familyTitles } from './architectures/families/titles.ts';
import { parse } from './architectures/settings.ts';

export type { ModelConfig } from './architectures/description.ts';

/**
 * Validates a config.json. What we do not compute exactly is refused by name, never approximated.
 *
 * @param place the file, for messages
 * @throws UserError naming the field and what it must be.
 */
export function parseConfig(json: unknown, place: string): ModelConfig {
  const { model_type: type } = parse(z.looseObject({ model_type: z.string() }), json, place);
  const name = (Object.keys(familyTitles) as FamilyName[]).find(known => known === type);
  if (!name)
    throw new UserError(
      `${place} is of a model of type "${type}", which is not computed here; choose a model of one of the families ${familiesText}.`,
    );
  return families[name](json, place);
}
