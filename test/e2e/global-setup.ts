import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { bundle } from '../../tools/build.mjs';
import { makePackage, targetOf } from '../../tools/package.mjs';
import { environmentIn } from './server.mjs';
import { entry } from './setup.mjs';

/** Builds, packages and installs the extension once for all tests. */
export default async function setup(project: TestProject): Promise<() => void> {
  const folder = mkdtempSync(join(tmpdir(), 'proto-tokens-vsix-'));
  const extensions = join(folder, 'extensions');
  const file = join(folder, 'proto-tokens.vsix');
  await bundle();
  await makePackage(targetOf(), file);
  execFileSync(
    process.execPath,
    [entry, '--install-extension', file, '--extensions-dir', extensions, '--user-data-dir', join(folder, 'data')],
    { env: environmentIn(folder), stdio: 'pipe', timeout: 600_000 },
  );
  project.provide('installedExtensions', extensions);
  return () => rmSync(folder, { recursive: true, force: true });
}
