// Makes a fresh clone runnable: installs the pinned packages when they are missing or out of date, then bundles.
// Plain Node, because it runs before anything is installed.
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';

const quiet = process.argv.includes('--quiet');
const installed = 'node_modules/.package-lock.json';
const wanted = 'package-lock.json';

if (!existsSync(installed) || statSync(installed).mtimeMs < statSync(wanted).mtimeMs) {
  if (!quiet) console.log('Installing packages ...');
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    stdio: ['ignore', quiet ? 'ignore' : 'inherit', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (status !== 0) process.exit(status ?? 1);
}
const { bundle } = await import('./build.mjs');
await bundle();
