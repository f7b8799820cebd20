import { readdirSync } from 'node:fs';
import { copyFile, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { summary } from '../../../src/runtime/engine/looks.ts';
import { extentOf } from '../../../src/runtime/engine/model-memory.ts';
import { type LoadedModel, ModelPool } from '../../../src/runtime/engine/model-pool.ts';
import { UserError } from '../../../src/runtime/errors.ts';
import { openModel } from '../../../src/runtime/models/model.ts';
import { DeviceMemory } from '../../../src/runtime/onnxruntime/device-memory.ts';
import { memoryNeed } from '../../../src/runtime/onnxruntime/memory.ts';
import { Evaluator } from '../../../src/runtime/training/evaluator.ts';
import { fixtureModel, temporaryFolder } from '../../support/paths.ts';
import { candidateOf, type ReferenceCase, referenceOf } from '../../support/reference.ts';

test('a model that could not be read is read at the next request, when its folder is complete', async () => {
  const folder = join(temporaryFolder(), 'model');
  await mkdir(folder);
  const source = fixtureModel('neox-parallel-f32');
  for (const name of readdirSync(source)) await copyFile(join(source, name), join(folder, name));
  await rm(join(folder, 'config.json'));
  const models = new ModelPool();
  const request = { folder, device: 'cpu' } as const;
  await expect(models.use(request, summary)).rejects.toThrow(UserError);
  await copyFile(join(source, 'config.json'), join(folder, 'config.json'));
  expect((await models.use(request, summary)).architecture).toBe('gpt_neox');
});

test('the device that is remembered is taken without being tried, unless it has failed', async () => {
  const path = join(temporaryFolder(), 'devices.json');
  vi.stubEnv('PROTO_TOKENS_DEVICES', path);
  // No driver for Vulkan, whatever this machine has.
  vi.stubEnv('VK_DRIVER_FILES', '/nowhere.json');
  onTestFinished(() => void vi.unstubAllEnvs());
  await new DeviceMemory(path).keep({ device: 'webgpu', reason: 'it was found', others: [] });
  expect(await new ModelPool().bestDevice()).toBe('webgpu');
  expect(await new ModelPool().bestDevice(true)).toBe('cpu');
  expect(await new ModelPool().bestDevice()).toBe('cpu');
});

describe('a model is held for looks until something is trained with it', () => {
  const request = { folder: fixtureModel('llama-tied-bf16'), device: 'cpu' } as const;
  const look = { looks: true } as const;
  const reference = referenceOf('llama-tied-bf16').cases[0] as ReferenceCase;
  const seen = async ({ model, sessions }: LoadedModel): Promise<Float32Array | undefined> =>
    (await new Evaluator(model, sessions).look([candidateOf(reference)]))[0]?.nll;

  test('its sessions then serve both, with the numbers of before', async () => {
    const models = new ModelPool();
    const looked = await models.use(request, async held => ({ nll: await seen(held), sessions: held.sessions }), look);
    await models.use(request, ({ model }) => expect(looked.sessions.training(model)).rejects.toThrow('looks'), look);
    const trained = await models.use(request, async held => {
      const [evaluation] = await new Evaluator(held.model, held.sessions).evaluate([candidateOf(reference)]);
      expect(Array.from(evaluation?.nll ?? [])).toEqual(Array.from(looked.nll ?? [], x => expect.closeTo(x, 4)));
      return held.sessions;
    });
    expect(trained).toBe(looked.sessions);
    expect(await models.use(request, seen, look)).toEqual(await models.use(request, seen));
    expect(await models.use(request, ({ sessions }) => sessions, look)).toBe(trained);
    await trained.dispose();
  });

  test('with less memory than training takes looks are answered, and training is refused, also told beforehand', async () => {
    const { config, checkpoint } = await openModel(request.folder);
    const work = { device: 'cpu', batch: 1, positions: 64, prepared: false } as const;
    const { peak } = memoryNeed(extentOf(config, checkpoint), work);
    vi.stubEnv('PROTO_TOKENS_MEMORY', String((1.24 * peak) / 2 ** 30));
    onTestFinished(() => void vi.unstubAllEnvs());
    const models = new ModelPool();
    expect(await models.use(request, seen, look)).toHaveLength(reference.tokens.length);
    const refusal = /needs .* of memory to be trained with .* are free/;
    expect((await models.use(request, summary, look)).memoryRemark).toMatch(refusal);
    await expect(models.use(request, summary)).rejects.toThrow(refusal);
    vi.stubEnv('PROTO_TOKENS_MEMORY', '');
    expect((await models.use(request, summary, look)).memoryRemark).toBeNull();
    vi.stubEnv('PROTO_TOKENS_MEMORY', String((1.24 * peak) / 2 ** 30));
    expect(await models.use(request, seen, look)).toHaveLength(reference.tokens.length);
    vi.stubEnv('PROTO_TOKENS_MEMORY', '1e-9');
    await expect(new ModelPool().use(request, seen, look)).rejects.toThrow(
      /^A look at .* needs .* are free, .*; .*\.$/,
    );
  });
});
