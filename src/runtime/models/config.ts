import { z } from 'zod';
import { UserError } from '../errors.ts';

/** GPT-NeoX, as Pythia uses it. */
export interface GptNeoXConfig {
  readonly architecture: 'gpt_neox';
  readonly hiddenSize: number;
  readonly layers: number;
  readonly heads: number;
  readonly headSize: number;
  readonly intermediateSize: number;
  readonly vocabularySize: number;
  readonly maximumPositions: number;
  /** Dimensions of a head that turn with the position. */
  readonly rotaryDimensions: number;
  readonly rotaryBase: number;
  readonly normEpsilon: number;
  readonly parallelResidual: boolean;
  /** Whether the output projection is the embedding matrix. */
  readonly tiedHead: boolean;
}

/** Llama 3's stretching of the rotary frequencies. */
export interface RotaryScaling {
  readonly factor: number;
  readonly lowFrequencyFactor: number;
  readonly highFrequencyFactor: number;
  readonly originalPositions: number;
}

export interface LlamaConfig {
  readonly architecture: 'llama';
  readonly hiddenSize: number;
  readonly layers: number;
  readonly heads: number;
  readonly keyValueHeads: number;
  readonly headSize: number;
  readonly intermediateSize: number;
  readonly vocabularySize: number;
  readonly maximumPositions: number;
  readonly rotaryBase: number;
  readonly rotaryScaling: RotaryScaling | null;
  readonly normEpsilon: number;
  readonly tiedHead: boolean;
}

export type ModelConfig = GptNeoXConfig | LlamaConfig;

const count = z.number().int().min(1).max(10_000_000);
/** The largest published models have 126; a graph is built for each. */
const layerCount = count.max(1024);
const positive = z.number().positive().finite();

/** An option that we compute in one way only: any other value is refused by name. */
const always = <T extends string | number | boolean | null>(...values: readonly T[]) =>
  z
    .unknown()
    .refine(value => values.includes(value as T), `must be ${values.map(value => JSON.stringify(value)).join(' or ')}`)
    .optional();

const llama3Scaling = {
  factor: positive,
  low_freq_factor: positive,
  high_freq_factor: positive,
  original_max_position_embeddings: count,
};
const ropeScaling = z.looseObject({ rope_type: z.string().optional(), type: z.string().optional() });

const neoxSchema = z.object({
  hidden_size: count,
  num_hidden_layers: layerCount,
  num_attention_heads: count,
  intermediate_size: count,
  vocab_size: count,
  max_position_embeddings: count.default(2048),
  rotary_pct: z.number().positive().max(1).optional(),
  rotary_emb_base: positive.optional(),
  rope_theta: positive.optional(),
  partial_rotary_factor: z.number().positive().max(1).optional(),
  rope_scaling: ropeScaling.nullish(),
  rope_parameters: ropeScaling.nullish(),
  layer_norm_eps: positive.default(1e-5),
  use_parallel_residual: z.boolean().default(true),
  tie_word_embeddings: z.boolean().default(false),
  hidden_act: always('gelu'),
  attention_bias: always(true),
  quantization_config: always<null>(null),
});

const llamaSchema = z.object({
  hidden_size: count,
  num_hidden_layers: layerCount,
  num_attention_heads: count,
  num_key_value_heads: count.nullish(),
  head_dim: count.nullish(),
  intermediate_size: count,
  vocab_size: count,
  max_position_embeddings: count.default(2048),
  rope_theta: positive.optional(),
  rope_scaling: ropeScaling.nullish(),
  rope_parameters: ropeScaling.nullish(),
  rms_norm_eps: positive.default(1e-6),
  tie_word_embeddings: z.boolean().default(false),
  hidden_act: always('silu'),
  attention_bias: always(false),
  mlp_bias: always(false),
  pretraining_tp: always(1),
  quantization_config: always<null>(null),
});

function parse<T>(schema: z.ZodType<T>, json: unknown, place: string): T {
  const parsed = schema.safeParse(json, { error: ({ input }) => (input === undefined ? 'is missing' : undefined) });
  if (parsed.success) return parsed.data;
  const { path, message } = parsed.error.issues[0] ?? { path: [], message: 'is not valid' };
  const problem = `${path.join('.') || 'it'} ${message.replace(/^[A-Z]/, letter => letter.toLowerCase())}`;
  throw new UserError(`${place} cannot be used: ${problem}.`);
}

function divided(a: number, b: number, what: string, place: string): number {
  if (a % b) throw new UserError(`${place} cannot be used: ${what} (${a} and ${b}).`);
  return a / b;
}

/** What is said about the rotary embedding, in the spelling of transformers 5 or the older one. */
function rotarySettings(
  parameters: z.infer<typeof ropeScaling> | null | undefined,
  scaling: z.infer<typeof ropeScaling> | null | undefined,
) {
  const given = parameters ?? scaling ?? {};
  return { given, type: given.rope_type ?? given.type ?? 'default' };
}

const rotaryParameters = z.looseObject({
  rope_theta: positive.optional(),
  partial_rotary_factor: z.number().positive().max(1).optional(),
});

function neox(json: unknown, place: string): GptNeoXConfig {
  const config = parse(neoxSchema, json, place);
  const { given, type } = rotarySettings(config.rope_parameters, config.rope_scaling);
  if (type !== 'default')
    throw new UserError(`${place} cannot be used: rotary embeddings of type "${type}" are not computed for gpt_neox.`);
  const rotary = parse(rotaryParameters, given, place);
  const headSize = divided(
    config.hidden_size,
    config.num_attention_heads,
    'hidden_size is not a multiple of num_attention_heads',
    place,
  );
  const share = rotary.partial_rotary_factor ?? config.partial_rotary_factor ?? config.rotary_pct ?? 0.25;
  const rotaryDimensions = Math.floor(headSize * share);
  divided(rotaryDimensions, 2, 'the turning dimensions of a head are not even', place);
  return {
    architecture: 'gpt_neox',
    hiddenSize: config.hidden_size,
    layers: config.num_hidden_layers,
    heads: config.num_attention_heads,
    headSize,
    intermediateSize: config.intermediate_size,
    vocabularySize: config.vocab_size,
    maximumPositions: config.max_position_embeddings,
    rotaryDimensions,
    rotaryBase: rotary.rope_theta ?? config.rope_theta ?? config.rotary_emb_base ?? 10000,
    normEpsilon: config.layer_norm_eps,
    parallelResidual: config.use_parallel_residual,
    tiedHead: config.tie_word_embeddings,
  };
}

function scalingOf(given: unknown, type: string, place: string): RotaryScaling | null {
  if (type === 'default') return null;
  if (type !== 'llama3')
    throw new UserError(
      `${place} cannot be used: rotary embeddings of type "${type}" are not computed, only "default" and "llama3".`,
    );
  const scaling = parse(z.object(llama3Scaling), given, place);
  return {
    factor: scaling.factor,
    lowFrequencyFactor: scaling.low_freq_factor,
    highFrequencyFactor: scaling.high_freq_factor,
    originalPositions: scaling.original_max_position_embeddings,
  };
}

function llama(json: unknown, place: string): LlamaConfig {
  const config = parse(llamaSchema, json, place);
  const { given, type } = rotarySettings(config.rope_parameters, config.rope_scaling);
  const rotary = parse(rotaryParameters, given, place);
  if (rotary.partial_rotary_factor !== undefined && rotary.partial_rotary_factor !== 1)
    throw new UserError(`${place} cannot be used: partial rotary embeddings are not computed for llama.`);
  const heads = config.num_attention_heads;
  const keyValueHeads = config.num_key_value_heads ?? heads;
  divided(heads, keyValueHeads, 'num_attention_heads is not a multiple of num_key_value_heads', place);
  const headSize =
    config.head_dim ??
    divided(config.hidden_size, heads, 'hidden_size is not a multiple of num_attention_heads', place);
  divided(headSize, 2, 'the head size is not even', place);
  return {
    architecture: 'llama',
    hiddenSize: config.hidden_size,
    layers: config.num_hidden_layers,
    heads,
    keyValueHeads,
    headSize,
    intermediateSize: config.intermediate_size,
    vocabularySize: config.vocab_size,
    maximumPositions: config.max_position_embeddings,
    rotaryBase: rotary.rope_theta ?? config.rope_theta ?? 10000,
    rotaryScaling: scalingOf(given, type, place),
    normEpsilon: config.rms_norm_eps,
    tiedHead: config.tie_word_embeddings,
  };
}

const architectures = { gpt_neox: neox, llama };

/**
 * Validates a config.json. What we do not compute exactly is refused by name, never approximated.
 *
 * @param place the file, for messages
 * @throws UserError naming the field and what it must be.
 */
export function parseConfig(json: unknown, place: string): ModelConfig {
  const { model_type: type } = parse(z.looseObject({ model_type: z.string() }), json, place);
  if (type !== 'gpt_neox' && type !== 'llama')
    throw new UserError(
      `${place} is of a model of type "${type}", which is not computed here; choose a gpt_neox (Pythia) or llama model.`,
    );
  return architectures[type](json, place);
}
