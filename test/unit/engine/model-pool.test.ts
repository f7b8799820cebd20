import { readdirSync } from 'node:fs';
import { copyFile, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { summary } from '../../../src/runtime/engine/looks.ts';
import { ModelPool } from '../../../src/runtime/engine/model-pool.ts';
import { UserError } from '../../../src/runtime/errors.ts';
import { DeviceMemory } from '../../../src/runtime/onnxruntime/device-memory.ts';
import { fixtureModel, temporaryFolder } from '../../support/paths.ts';

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
