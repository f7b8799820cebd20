import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type TensorToWrite, writeSafetensors } from '../../../src/runtime/files/safetensors.ts';
import { contextInputs } from '../../../src/runtime/models/architectures/context.ts';
import { familyTitles } from '../../../src/runtime/models/architectures/families/titles.ts';
import { expectedTensors } from '../../../src/runtime/models/architectures/tensors.ts';
import { readTensor } from '../../../src/runtime/models/checkpoint.ts';
import { type ModelConfig, parseConfig } from '../../../src/runtime/models/config.ts';
import { knownModels } from '../../../src/runtime/models/hub/known-models.ts';
import { type Model, openModel } from '../../../src/runtime/models/model.ts';
import { Evaluator } from '../../../src/runtime/training/evaluator.ts';
import { Sessions } from '../../../src/runtime/training/sessions.ts';
import { computations, fixtureNames } from '../../fixtures/names.ts';
import { hubConfigs } from '../../support/hub-configs.ts';
import { fixtureModel, temporaryFolder } from '../../support/paths.ts';
import { candidateOf, referenceOf, relativeError } from '../../support/reference.ts';
import { userErrorOf } from '../../support/user-error.ts';

const read = (path: string): Record<string, unknown> => JSON.parse(readFileSync(path, 'utf8'));
const configOf = (fixture: string): Record<string, unknown> => read(join(fixtureModel(fixture), 'config.json'));

test('every family has a fixture', () => {
  const types = new Set(fixtureNames.map(name => configOf(name).model_type));
  expect([...types].sort()).toEqual(Object.keys(familyTitles).sort());
});

const parametersOf = (config: ModelConfig): number =>
  expectedTensors(config).reduce((sum, [, shape]) => sum + shape.reduce((a, b) => a * b, 1), 0);

describe('the configuration of a well-known model is of as many parameters as its owner says:', () => {
  test.each(Object.entries(hubConfigs))('%s', (name, { config, parameters }) => {
    expect(parametersOf(parseConfig(config, name))).toBe(parameters);
    const known = knownModels.find(({ id }) => id === name);
    if (known) expect(known.parameters).toBe(parameters);
  });
});

describe('Gemma 3', () => {
  const { config } = hubConfigs['google/gemma-3-1b-pt'];

  test('sees a window of 512 in all layers but every sixth, which turns by a base of its own', () => {
    const { attention, embedding } = parseConfig(config, 'x');
    expect(attention.flatMap(({ window }, layer) => (window === null ? [layer] : []))).toEqual([5, 11, 17, 23]);
    expect(new Set(attention.map(({ window }) => window))).toEqual(new Set([512, null]));
    expect(attention[4]?.rotary?.frequencies[1]).toBeCloseTo(10_000 ** (-2 / 256), 12);
    expect(attention[5]?.rotary?.frequencies[1]).toBeCloseTo(1_000_000 ** (-2 / 256), 12);
    expect(embedding.scale).toBe(Math.sqrt(1152));
  });

  test('is the same in the spelling of transformers 5', () => {
    const { rope_theta, rope_local_base_freq, rope_scaling, sliding_window_pattern, ...rest } = config;
    const types = Array.from({ length: 26 }, (_, i) => ((i + 1) % 6 ? 'sliding_attention' : 'full_attention'));
    const newer = {
      ...rest,
      layer_types: types,
      rope_parameters: {
        full_attention: { rope_type: 'default', rope_theta },
        sliding_attention: { rope_type: 'default', rope_theta: rope_local_base_freq },
      },
    };
    expect(parseConfig(newer, 'x')).toEqual(parseConfig(config, 'x'));
  });
});

test('windows of Qwen2 begin with a layer, and every fourth layer of SmolLM3 does not turn', () => {
  const qwen = configOf('qwen2-tied-bf16');
  const windows = (changed: object) => parseConfig({ ...qwen, ...changed }, 'x').attention.map(({ window }) => window);
  expect(windows({ use_sliding_window: true, sliding_window: 5, max_window_layers: 1 })).toEqual([null, 5]);
  expect(windows({ use_sliding_window: false, sliding_window: 5, max_window_layers: 1 })).toEqual([null, null]);
  const { no_rope_layers, layer_types, ...smol } = configOf('smollm3-tied-f16');
  const { attention } = parseConfig({ ...smol, num_hidden_layers: 8, no_rope_layer_interval: 4 }, 'x');
  expect(attention.flatMap(({ rotary }, layer) => (rotary ? [] : [layer]))).toEqual([3, 7]);
});

test('a row sees as many rows as its window has, itself the last, wherever it stands', () => {
  const config = parseConfig(configOf('mistral-window-bf16'), 'x');
  const seenBy = (positions: number, filled: number, capacity: number): string[] => {
    const mask = contextInputs(config, positions, { filled, capacity }).mask;
    const width = capacity + positions;
    return Array.from({ length: positions }, (_, row) =>
      Array.from({ length: width }, (_, i) => (mask?.values[row * width + i] ? '.' : 'x')).join(''),
    );
  };
  expect(seenBy(5, 0, 0)).toEqual(['x....', 'xx...', 'xxx..', '.xxx.', '..xxx']);
  // Five have been read, in room for six; two more follow.
  expect(seenBy(2, 5, 6)).toEqual(['...xx.x.', '....x.xx']);
  expect(seenBy(4, 1, 2)).toEqual(['x.x...', 'x.xx..', '..xxx.', '...xxx']);
});

test('rows after the last position, which fill up a run, have a position that exists', () => {
  const config = parseConfig(configOf('gpt2-tied-f32'), 'x');
  const ids = contextInputs(config, 4, { filled: 126, capacity: 128 }).position_ids;
  expect([...(ids?.values ?? [])]).toEqual([126, 127, 127, 127]);
  expect(
    contextInputs(parseConfig(configOf('llama-tied-bf16'), 'x'), 4, { filled: 0, capacity: 0 }),
  ).not.toHaveProperty('position_ids');
});

describe('what is not computed exactly is refused by name:', () => {
  const yarn = { rope_scaling: { rope_type: 'yarn', factor: 4 } };
  test.each<[string, object, RegExp]>([
    ['gpt2-tied-f32', { scale_attn_by_inverse_layer_idx: true }, /scale_attn_by_inverse_layer_idx must be false/],
    ['gpt2-tied-f32', { scale_attn_weights: false }, /scale_attn_weights must be true/],
    ['gpt2-tied-f32', { add_cross_attention: true }, /add_cross_attention must be false/],
    ['gpt2-tied-f32', { activation_function: 'relu' }, /activation_function/],
    ['gpt2-tied-f32', { n_head: 5 }, /n_embd is not a multiple of n_head/],
    ['qwen2-tied-bf16', yarn, /type "yarn"/],
    ['qwen2-tied-bf16', { use_mrope: true }, /use_mrope must be false/],
    ['qwen2-tied-bf16', { layer_types: ['full_attention'] }, /layer_types has 1 entry for 2 layers/],
    ['qwen3-sharded-f16', { attention_bias: true }, /attention_bias must be false/],
    ['qwen3-sharded-f16', { layer_types: ['full_attention', 'linear_attention'] }, /layer_types\.1/],
    ['mistral-window-bf16', { layer_types: ['full_attention', 'full_attention'] }, /layer_types must be null/],
    ['mistral-window-bf16', { sliding_window: 0 }, /sliding_window/],
    ['gemma3-tied-bf16', { final_logit_softcapping: 30 }, /final_logit_softcapping must be null/],
    ['gemma3-tied-bf16', { attn_logit_softcapping: 50 }, /attn_logit_softcapping must be null/],
    ['gemma3-tied-bf16', { use_bidirectional_attention: true }, /use_bidirectional_attention must be false or null/],
    ['gemma3-tied-bf16', { hidden_activation: 'gelu' }, /hidden_activation must be "gelu_pytorch_tanh"/],
    ['gemma3-tied-bf16', { model_type: 'gemma3' }, /model of type "gemma3".*Gemma 3 \(text only\)/],
    ['olmo2-f32', { attention_bias: true }, /attention_bias must be false/],
    ['olmo2-f32', { quantization_config: { bits: 8 } }, /quantization_config must be null/],
    ['smollm3-tied-f16', { mlp_bias: true }, /mlp_bias must be false/],
    ['smollm3-tied-f16', { no_rope_layers: [2, 0] }, /no_rope_layers\.0/],
  ])('%s with %j', async (name, changed, reason) => {
    const parsed = () => Promise.resolve().then(() => parseConfig({ ...configOf(name), ...changed }, 'config.json'));
    const message = await userErrorOf(parsed);
    expect(message).toMatch(reason);
    expect(message).toContain('config.json');
  });
});

/** The model in float32 and two shards, its head a matrix of its own; GPT-2's names with the prefix that some have. */
async function rewritten({ folder, config, checkpoint }: Model): Promise<string> {
  const target = temporaryFolder();
  cpSync(folder, target, { recursive: true });
  for (const file of readdirSync(target)) if (/safetensors/.test(file)) rmSync(join(target, file));
  const headName = config.architecture === 'gpt_neox' ? 'embed_out.weight' : 'lm_head.weight';
  const names = new Map(expectedTensors(config).map(([name]) => [`${config.optionalPrefix ?? ''}${name}`, name]));
  names.set(headName, config.head);
  const tensors = await Promise.all(
    [...names].map(async ([name, from]): Promise<TensorToWrite> => {
      const tensor = checkpoint.tensors.get(from);
      if (!tensor) throw new Error(`there is no ${from}`);
      return { name, dtype: 'F32', shape: tensor.shape, bytes: new Uint8Array((await readTensor(tensor)).buffer) };
    }),
  );
  const half = tensors.length >> 1;
  const shards = { 'a.safetensors': tensors.slice(0, half), 'b.safetensors': tensors.slice(half) };
  const map: Record<string, string> = {};
  for (const [file, own] of Object.entries(shards)) {
    writeFileSync(join(target, file), writeSafetensors({}, own));
    for (const { name } of own) map[name] = file;
  }
  writeFileSync(join(target, 'model.safetensors.index.json'), JSON.stringify({ weight_map: map }));
  const path = join(target, 'config.json');
  writeFileSync(path, JSON.stringify({ ...read(path), tie_word_embeddings: false }));
  return target;
}

test.each(computations)('%s: untied, in float32 and in shards agrees with PyTorch as well', async name => {
  const model = await openModel(await rewritten(await openModel(fixtureModel(name))));
  expect(model.config.head).not.toBe(model.config.embedding.name);
  const sessions = new Sessions({ device: 'cpu', prepareWeights: false });
  const { cases } = referenceOf(name);
  const results = await new Evaluator(model, sessions).evaluate(cases.map(candidateOf));
  for (const [i, reference] of cases.entries()) {
    expect(relativeError(results[i]?.nll ?? [], reference.nll)).toBeLessThan(1e-4);
    expect(relativeError(results[i]?.gradients[0] ?? [], reference.gradient_e)).toBeLessThan(1e-4);
  }
  await sessions.dispose();
});
