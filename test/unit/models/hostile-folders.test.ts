import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { missingFiles } from '../../../src/runtime/models/hub/installed.ts';
import { mostBytesOf } from '../../../src/runtime/models/json-file.ts';
import { openModel } from '../../../src/runtime/models/model.ts';
import { TextTokenizer } from '../../../src/runtime/models/tokenizer.ts';
import { backtracking } from '../../support/backtracking.ts';
import { fixtureModel, temporaryFolder } from '../../support/paths.ts';
import { userErrorOf } from '../../support/user-error.ts';

const index = 'model.safetensors.index.json';
const firstShard = 'model-00001-of-00002.safetensors';

function copyOf(model: string): string {
  const folder = temporaryFolder();
  cpSync(fixtureModel(model), folder, { recursive: true });
  return folder;
}

/** Changes a JSON file of a folder. */
function edit(folder: string, name: string, change: (json: Record<string, unknown>) => Record<string, unknown>): void {
  const path = join(folder, name);
  writeFileSync(path, JSON.stringify(change(JSON.parse(readFileSync(path, 'utf8')))));
}

const files: readonly (readonly [model: string, name: string])[] = [
  ['llama-tied-bf16', 'config.json'],
  ['llama-tied-bf16', 'tokenizer.json'],
  ['llama-tied-bf16', 'tokenizer_config.json'],
  ['llama-tied-bf16', 'model.safetensors'],
  ['llama-sharded-f16', index],
  ['llama-sharded-f16', firstShard],
];

describe.skipIf(process.platform === 'win32')('only regular files are opened:', () => {
  test.each(files)('%s with a pipe as %s', async (model, name) => {
    const folder = copyOf(model);
    rmSync(join(folder, name));
    execFileSync('mkfifo', [join(folder, name)]);
    expect(await userErrorOf(() => openModel(folder))).toMatch(`${name} is not a regular file`);
  });

  test.each(files)('%s with a device as %s', async (model, name) => {
    const folder = copyOf(model);
    rmSync(join(folder, name));
    symlinkSync('/dev/zero', join(folder, name));
    expect(await userErrorOf(() => openModel(folder))).toMatch(/is not a regular file/);
  });
});

const limited: readonly (readonly [model: string, name: string, most: number])[] = [
  ['llama-tied-bf16', 'config.json', mostBytesOf.config],
  ['llama-tied-bf16', 'tokenizer.json', mostBytesOf.tokenizer],
  ['llama-tied-bf16', 'tokenizer_config.json', mostBytesOf.config],
  ['llama-sharded-f16', index, mostBytesOf.index],
];

describe('a file that is larger than its kind is not read:', () => {
  test.each(limited)('%s with %s of more than %i bytes', async (model, name, most) => {
    const folder = copyOf(model);
    // Without a limit it would be read, and found to be no JSON.
    truncateSync(join(folder, name), most + 1);
    expect(await userErrorOf(() => openModel(folder))).toMatch(new RegExp(`${name} has .* MB and was not read`));
  });

  test('weights with a header that is larger than those of weights', async () => {
    const folder = copyOf('llama-tied-bf16');
    const path = join(folder, 'model.safetensors');
    const length = mostBytesOf.weightsHeader + 1;
    writeFileSync(path, Buffer.from(BigUint64Array.of(BigInt(length)).buffer));
    truncateSync(path, 2 * length);
    expect(await userErrorOf(() => openModel(folder))).toMatch(/its header does not fit/);
  });
});

describe('a configuration is held against the weights before anything is made of it:', () => {
  test('more layers than there are weights', async () => {
    const folder = copyOf('llama-tied-bf16');
    edit(folder, 'config.json', config => ({ ...config, num_hidden_layers: 1000 }));
    expect(await userErrorOf(() => openModel(folder))).toMatch(/says 1,000 layers .* holds \d+ weights/);
  });

  test('more layers than any model has', async () => {
    const folder = copyOf('llama-tied-bf16');
    edit(folder, 'config.json', config => ({ ...config, num_hidden_layers: 10_000_000 }));
    expect(await userErrorOf(() => openModel(folder))).toMatch(/num_hidden_layers too big/);
  });

  test('tokens that the model has no row for are named', async () => {
    const folder = copyOf('llama-tied-bf16');
    const { vocab_size: size } = JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8'));
    const added = ['<a>', '<b>', '<c>', '<d>'].map((content, i) => ({ id: size + i, content, special: false }));
    edit(folder, 'tokenizer.json', json => ({ ...json, added_tokens: added }));
    const message = await userErrorOf(() => openModel(folder));
    expect(message).toContain(`"<a>" (id ${size}), "<b>" (id ${size + 1}), "<c>" (id ${size + 2}) and more`);
    expect(message).toContain(`rows for the ids 0 to ${size - 1} only`);
  });
});

test('an index of one endless name is looked through in the time that reading it takes', async () => {
  const folder = copyOf('llama-sharded-f16');
  writeFileSync(join(folder, index), `{"weight_map":{"${'a'.repeat(10_000_000)}":"${firstShard}"}}`);
  expect(await missingFiles(folder)).toEqual([]);
});

describe('a tokenizer cannot take the process with it:', () => {
  test.each([
    ['decoder', (inside: unknown) => ({ type: 'Sequence', decoders: [inside] })],
    ['pre_tokenizer', (inside: unknown) => ({ type: 'Sequence', pretokenizers: [inside] })],
    ['normalizer', (inside: unknown) => ({ type: 'Sequence', normalizers: [inside] })],
  ])('a %s nested 5,000 deep is refused', async (part, make) => {
    const folder = copyOf('llama-tied-bf16');
    // No text of it is made with JSON.stringify, whose stack it would need itself.
    const [before, after] = JSON.stringify(make('NESTED')).split('"NESTED"');
    edit(folder, 'tokenizer.json', json => ({ ...json, [part]: 'HERE' }));
    const path = join(folder, 'tokenizer.json');
    const deep = `${before?.repeat(5000)}{"type":"ByteLevel"}${after?.repeat(5000)}`;
    writeFileSync(path, readFileSync(path, 'utf8').replace('"HERE"', deep));
    expect(await userErrorOf(() => openModel(folder))).toMatch(/tokenizer\.json is nested more than 64 levels deep/);
  });

  test('a part that is damaged where only a text comes by is told in a sentence', async () => {
    const folder = copyOf('llama-tied-bf16');
    edit(folder, 'tokenizer.json', json => ({
      ...json,
      post_processor: { type: 'TemplateProcessing', single: ['aaa'], pair: [], special_tokens: {} },
    }));
    const { tokenizer } = await openModel(folder);
    expect(await userErrorOf(() => tokenizer.encode('The sea'))).toMatch(
      /cannot read this text \(a part of it is damaged\)/,
    );
  });

  test('an expression that backtracks for ever is stopped, and the tokenizer goes on with other texts', async () => {
    const { folder, endless } = backtracking();
    const tokenizer = await TextTokenizer.load(folder);
    expect(await userErrorOf(() => tokenizer.encode(endless))).toMatch(/did not come to an end .* within 1 s/);
    expect(tokenizer.decode(tokenizer.encode('a lamp'))).toBe('a lamp');
  });
});
