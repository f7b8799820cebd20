import { cpSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseSafetensors, type TensorToWrite, writeSafetensors } from '../../../src/runtime/files/safetensors.ts';
import { openModel } from '../../../src/runtime/models/model.ts';
import { fixtureModel, temporaryFolder } from '../../support/paths.ts';
import { userErrorOf } from '../../support/user-error.ts';

const weights = 'model.safetensors';
const index = 'model.safetensors.index.json';
const firstShard = 'model-00001-of-00002.safetensors';
const secondShard = 'model-00002-of-00002.safetensors';
const norm = 'model.layers.0.input_layernorm.weight';

function copyOf(model: string): string {
  const folder = temporaryFolder();
  cpSync(fixtureModel(model), folder, { recursive: true });
  return folder;
}

type Damage = (path: (name: string) => string) => void;

/** Replaces in a text file what must be there. */
const replace =
  (name: string, from: string | RegExp, to: string): Damage =>
  path => {
    const text = readFileSync(path(name), 'utf8');
    const changed = text.replaceAll(from, to);
    if (changed === text) throw new Error(`${name} has no ${from}`);
    writeFileSync(path(name), changed);
  };

/** Writes the weights anew, changed. */
const rewrite =
  (change: (tensors: readonly TensorToWrite[]) => readonly TensorToWrite[]): Damage =>
  path => {
    const bytes = readFileSync(path(weights));
    const { tensors } = parseSafetensors(bytes, weights);
    const all = [...tensors.values()].map(({ begin, end, ...tensor }) => ({
      ...tensor,
      bytes: bytes.subarray(begin, end),
    }));
    writeFileSync(path(weights), writeSafetensors({}, change(all)));
  };

const write =
  (name: string, content: string): Damage =>
  path =>
    writeFileSync(path(name), content);

const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'0'.repeat(64)}\nsize 62776\n`;

const shards: readonly (readonly [string, Damage, RegExp])[] = [
  ['without a shard', path => rmSync(path(secondShard)), /model-00002-of-00002\.safetensors is missing/],
  [
    'with a link to nowhere',
    path => {
      rmSync(path(firstShard));
      symlinkSync('gone', path(firstShard));
    },
    /model-00001-of-00002\.safetensors is missing/,
  ],
  ['with a shard cut short', path => truncateSync(path(secondShard), 50_000), /00002\.safetensors is shorter/],
  ['with a shard cut in its header', path => truncateSync(path(secondShard), 100), /header does not fit/],
  ['with an empty shard', path => truncateSync(path(firstShard), 0), /00001-of-00002\.safetensors .*too short/],
  [
    'with a folder for a shard',
    path => {
      rmSync(path(firstShard));
      mkdirSync(path(firstShard));
    },
    /model-00001-of-00002\.safetensors/,
  ],
  ['whose index is not JSON', write(index, '{\n  "weight_map": oops\n}\n'), /index\.json cannot be read as JSON/],
  ['whose index is empty', write(index, '{}'), /index\.json has no weight_map/],
  ['whose index maps to numbers', write(index, '{"weight_map":{"a":1}}'), /no weight_map/],
  [
    'whose index leads out of the folder',
    replace(index, firstShard, `../${firstShard}`),
    /names the shard "\.\.\/model/,
  ],
  ['whose index names an absolute path', replace(index, firstShard, '/etc/passwd'), /shard "\/etc\/passwd"/],
  ['whose index names the folder above', replace(index, firstShard, '..'), /shard "\.\."/],
  ['whose index names its folder', replace(index, firstShard, '.'), /shard "\."/],
  ['whose index names no file', replace(index, firstShard, ''), /shard ""/],
  [
    'whose index promises too much',
    replace(index, norm, 'model.layers.9.gone'),
    /lacks the tensor model\.layers\.9\.gone/,
  ],
  ['without an index', path => rmSync(path(index)), /has no model\.safetensors/],
];

const single: readonly (readonly [string, Damage, RegExp])[] = [
  ['with a Git LFS pointer', write(weights, pointer), /Git LFS pointer.*git lfs pull/],
  ['without weights', path => rmSync(path(weights)), /has no model\.safetensors/],
  ['with pickled weights', path => renameSync(path(weights), path('pytorch_model.bin')), /pytorch_model\.bin only/],
  ['with weights cut short', path => truncateSync(path(weights), 60_000), /is shorter than its header says/],
  ['with weights that are a web page', write(weights, '<!DOCTYPE html><title>404</title>'), /header does not fit/],
  [
    'without a tensor',
    rewrite(all => all.filter(({ name }) => name !== norm)),
    /lacks the weight model\.layers\.0\.input/,
  ],
  [
    'with a tensor of another shape',
    rewrite(all => all.map(tensor => (tensor.name === norm ? { ...tensor, shape: [2, 16] } : tensor))),
    /input_layernorm\.weight as \[2, 16\] where config\.json asks for \[32\]/,
  ],
  [
    'with a tensor of whole numbers',
    rewrite(all => all.map(tensor => (tensor.name === norm ? { ...tensor, dtype: 'I16' } : tensor))),
    /input_layernorm\.weight as I16; only F32, F16 and BF16/,
  ],
  ['without a configuration', path => rmSync(path('config.json')), /There is no config\.json in .*; name the folder/],
  [
    'with a configuration that is not JSON',
    write('config.json', '{\n  model_type:\n}\n'),
    /config\.json cannot be read/,
  ],
  ['with an empty configuration', write('config.json', ''), /config\.json cannot be read/],
  ['without a tokenizer', path => rmSync(path('tokenizer.json')), /There is no tokenizer\.json in .*; name the folder/],
  ['with a tokenizer of another kind', write('tokenizer.json', '{"model":{"type":"BPE"}}'), /is not a tokenizer/],
];

function damaged(model: string, damage: Damage): string {
  const folder = copyOf(model);
  damage(name => join(folder, name));
  return folder;
}

describe('a damaged model folder is refused:', () => {
  test.each(shards)('%s', async (_name, damage, reason) => {
    expect(await userErrorOf(() => openModel(damaged('llama-sharded-f16', damage)))).toMatch(reason);
  });
  test.each(single)('%s', async (_name, damage, reason) => {
    expect(await userErrorOf(() => openModel(damaged('llama-tied-bf16', damage)))).toMatch(reason);
  });

  test('none, or a file in its place', async () => {
    expect(await userErrorOf(() => openModel('/nowhere/at/all'))).toMatch(/no model folder \/nowhere\/at\/all/);
    expect(await userErrorOf(() => openModel(join(fixtureModel('llama-tied-bf16'), weights)))).toMatch(
      /no model folder/,
    );
  });
});

describe('a configuration that is not computed exactly is refused by name:', () => {
  const yarn = { rope_scaling: { type: 'yarn', factor: 4 } };
  const cases: readonly (readonly [string, Readonly<Record<string, unknown>>, RegExp])[] = [
    ['llama-tied-bf16', { model_type: 'mamba' }, /model of type "mamba"/],
    ['llama-tied-bf16', { model_type: 'toString' }, /model of type "toString"/],
    ['llama-tied-bf16', { model_type: undefined }, /model_type/],
    ['llama-tied-bf16', { hidden_act: 'gelu' }, /hidden_act must be "silu"/],
    ['llama-tied-bf16', { attention_bias: true }, /attention_bias must be false/],
    ['llama-tied-bf16', { mlp_bias: true }, /mlp_bias must be false/],
    ['llama-tied-bf16', { pretraining_tp: 2 }, /pretraining_tp must be 1/],
    ['llama-tied-bf16', { quantization_config: { bits: 4 } }, /quantization_config must be null/],
    ['llama-tied-bf16', yarn, /type "yarn"/],
    ['llama-tied-bf16', { rope_scaling: { rope_type: 'llama3', factor: 8 } }, /low_freq_factor/],
    ['llama-tied-bf16', { rope_parameters: { rope_type: 'dynamic' } }, /type "dynamic"/],
    ['llama-tied-bf16', { rope_parameters: { partial_rotary_factor: 0.5 } }, /partial rotary/],
    ['llama-tied-bf16', { num_key_value_heads: 3 }, /num_attention_heads is not a multiple of num_key_value_heads/],
    ['llama-tied-bf16', { head_dim: 5 }, /head size is not even/],
    ['llama-tied-bf16', { hidden_size: -32 }, /hidden_size/],
    ['llama-tied-bf16', { num_hidden_layers: 1e300 }, /num_hidden_layers/],
    ['llama-tied-bf16', { rms_norm_eps: 'small' }, /rms_norm_eps/],
    ['neox-parallel-f32', { hidden_act: 'gelu_new' }, /hidden_act must be "gelu"/],
    ['neox-parallel-f32', { attention_bias: false }, /attention_bias must be true/],
    ['neox-parallel-f32', { quantization_config: {} }, /quantization_config must be null/],
    ['neox-parallel-f32', yarn, /type "yarn"/],
    ['neox-parallel-f32', { num_attention_heads: 7 }, /hidden_size is not a multiple of num_attention_heads/],
  ];
  test.each(cases)('%s with %j', async (model, changed, reason) => {
    const folder = copyOf(model);
    const path = join(folder, 'config.json');
    writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), ...changed }));
    const message = await userErrorOf(() => openModel(folder));
    expect(message).toMatch(reason);
    expect(message).toContain('config.json');
  });
});
