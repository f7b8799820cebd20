import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { inRepository, temporaryFolder } from '../../support/paths.ts';

test('the front ends are bundled in a folder whose name an address would write otherwise', () => {
  const folder = join(temporaryFolder(), 'a clone of mine');
  mkdirSync(join(folder, 'tools'), { recursive: true });
  for (const name of ['node_modules', 'src', 'webview']) symlinkSync(inRepository(name), join(folder, name));
  const script = join(folder, 'tools', 'build-webview.mjs');
  copyFileSync(inRepository('tools/build-webview.mjs'), script);
  execFileSync(process.execPath, [script], { cwd: folder, stdio: 'pipe' });
  expect(existsSync(join(folder, 'dist', 'webview', 'main.js'))).toBe(true);
});
