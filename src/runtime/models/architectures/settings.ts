import { z } from 'zod';
import { counted } from '../../counted.ts';
import { UserError } from '../../errors.ts';
import type { LayerAttention, ModelConfig } from './description.ts';
import {
  linearFrequencies,
  type Rotary,
  type RotaryScaling,
  rotaryFrequencies,
  stretchedFrequencies,
} from './rotary.ts';

/**
 * A family of models: what its config.json may say, and what is computed for it. What is not computed exactly is refused
 * by name, never approximated.
 *
 * @param place the file, for messages
 * @throws UserError naming the setting and what it must be.
 */
export type Family = (json: unknown, place: string) => ModelConfig;

/** A family of one schema. */
export function family<T>(schema: z.ZodType<T>, describe: (settings: T, place: string) => ModelConfig): Family {
  return (json, place) => describe(parse(schema, json, place), place);
}

export const count = z.number().int().min(1).max(10_000_000);
/** The largest published models have 126; a graph is built for each. */
export const layerCount = count.max(1024);
export const positive = z.number().positive().finite();

/** An option that is computed in one way only: any other value is refused by name. */
export const always = <T extends string | number | boolean | null>(...values: readonly T[]) =>
  z
    .unknown()
    .refine(
      value => values.some(allowed => allowed === value),
      `must be ${values.map(value => JSON.stringify(value)).join(' or ')}`,
    )
    .optional();

/** An option that nothing is computed for. */
export const never = always<null>(null);

/** @throws UserError naming the first field that is wrong. */
export function parse<T>(schema: z.ZodType<T>, json: unknown, place: string): T {
  const parsed = schema.safeParse(json, { error: ({ input }) => (input === undefined ? 'is missing' : undefined) });
  if (parsed.success) return parsed.data;
  const { path, message } = parsed.error.issues[0] ?? { path: [], message: 'is not valid' };
  const problem = `${path.join('.') || 'it'} ${message.replace(/^[A-Z]/, letter => letter.toLowerCase())}`;
  throw refused(problem, place);
}

export const refused = (problem: string, place: string): UserError =>
  new UserError(`${place} cannot be used: ${problem}.`);

/** @throws UserError when a is not a multiple of b. */
export function divided(a: number, b: number, what: string, place: string): number {
  if (a % b) throw refused(`${what} (${a} and ${b})`, place);
  return a / b;
}

const ropeSettings = z.looseObject({ rope_type: z.string().optional(), type: z.string().optional() });
type RopeSettings = z.infer<typeof ropeSettings>;

/** What is said about the rotary embedding, in the spelling of transformers 5 and in the older one. */
export const rotarySettings = {
  rope_theta: positive.optional(),
  partial_rotary_factor: z.number().positive().max(1).nullish(),
  rope_scaling: ropeSettings.nullish(),
  rope_parameters: ropeSettings.nullish(),
};

const rotaryParameters = z.looseObject({
  rope_theta: positive.optional(),
  partial_rotary_factor: z.number().positive().max(1).nullish(),
});
const llama3Parameters = z.looseObject({
  factor: positive,
  low_freq_factor: positive,
  high_freq_factor: positive,
  original_max_position_embeddings: count,
});

function scalingOf(given: RopeSettings, place: string): RotaryScaling | null {
  const type = given.rope_type ?? given.type ?? 'default';
  switch (type) {
    case 'default':
      return null;
    case 'linear':
      return { type, factor: parse(z.looseObject({ factor: positive }), given, place).factor };
    case 'llama3': {
      const scaling = parse(llama3Parameters, given, place);
      return {
        factor: scaling.factor,
        lowFrequencyFactor: scaling.low_freq_factor,
        highFrequencyFactor: scaling.high_freq_factor,
        originalPositions: scaling.original_max_position_embeddings,
      };
    }
    default:
      throw refused(
        `rotary embeddings of type "${type}" are not computed, only "default", "linear" and "llama3"`,
        place,
      );
  }
}

/** How heads turn, and the settings that it was made of. */
export interface ReadRotary {
  readonly rotary: Rotary;
  readonly base: number;
  readonly scaling: RotaryScaling | null;
  /** Dimensions of a head that turn. */
  readonly dimensions: number;
}

/**
 * The rotary embedding that a configuration asks for.
 *
 * @param share of a head that turns where the settings do not say, and whether they may
 * @throws UserError when it is of a kind that is not computed.
 */
export function readRotary(
  settings: z.infer<z.ZodObject<typeof rotarySettings>>,
  headSize: number,
  defaults: { readonly base: number; readonly share: number; readonly mayBePartial: boolean },
  place: string,
): ReadRotary {
  const given = settings.rope_parameters ?? settings.rope_scaling ?? {};
  const scaling = scalingOf(given, place);
  const parameters = parse(rotaryParameters, given, place);
  const share = parameters.partial_rotary_factor ?? settings.partial_rotary_factor ?? defaults.share;
  if (share !== 1 && !defaults.mayBePartial)
    throw refused('partial rotary embeddings are not computed for this family', place);
  const dimensions = Math.floor(headSize * share);
  divided(
    dimensions,
    2,
    share === 1 ? 'the head size is not even' : 'the turning dimensions of a head are not even',
    place,
  );
  const base = parameters.rope_theta ?? settings.rope_theta ?? defaults.base;
  const plain = rotaryFrequencies(base, dimensions);
  const frequencies =
    scaling && 'type' in scaling ? linearFrequencies(plain, scaling) : stretchedFrequencies(plain, scaling);
  return { rotary: { headSize, frequencies }, base, scaling, dimensions };
}

export const layerTypes = z.array(z.enum(['full_attention', 'sliding_attention'])).nullish();

/** A list with an entry for each layer, for example of `layer_types`. @throws UserError when there are fewer. */
export function entriesOf<T>(list: readonly T[], layers: number, name: string, place: string): readonly T[] {
  if (list.length < layers)
    throw refused(`${name} has ${counted(list.length, 'entry', 'entries')} for ${counted(layers, 'layer')}`, place);
  return list.slice(0, layers);
}

/** The same attention in every layer. */
export const everyLayer = (layers: number, attention: LayerAttention): readonly LayerAttention[] =>
  Array.from({ length: layers }, () => attention);
