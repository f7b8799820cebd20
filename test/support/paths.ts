import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { removeFolder, runFolder } from './run-folder.ts';

const repository = new URL('../../', import.meta.url);
export const inRepository = (path: string): string => fileURLToPath(new URL(path, repository));
export const demoModel = inRepository('media/demo-model');
export const fixtureModel = (name: string): string => inRepository(`test/fixtures/models/${name}`);

/** A folder that is gone after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(runFolder(), 'test-'));
  onTestFinished(() => removeFolder(folder));
  return folder;
}
