import { readdirSync } from 'node:fs';
import { copyFile, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { summary } from '../../../src/runtime/engine/looks.ts';
import { ModelPool } from '../../../src/runtime/engine/model-pool.ts';
import { UserError } from '../../../src/runtime/errors.ts';
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
