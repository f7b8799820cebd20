import { UserError } from '../errors.ts';

/** Settings in place of a preset's. */
export type GivenSettings = Readonly<Record<string, unknown>>;

/**
 * Settings as a person writes them: "lengths=8,16 texts=4" -> { lengths: [8, 16], texts: 4 }. Whether there are such settings,
 * and whether a list is wanted, is up to the experiment.
 *
 * @throws UserError naming what is no setting.
 */
export function parseSettings(text: string): GivenSettings {
  const words = text.trim().split(/\s+/).filter(Boolean);
  return Object.fromEntries(words.map(parseSetting));
}

function parseSetting(word: string): [name: string, value: unknown] {
  const [name = '', value] = word.split(/=(.*)/s);
  if (!name || !value) throw new UserError(`A setting is NAME=VALUE, lists as 1,2,4, and not ${word}.`);
  const parts = value.split(',').map(part => (/^\d+$/.test(part) ? Number(part) : part));
  return [name, parts.length > 1 ? parts : parts[0]];
}
