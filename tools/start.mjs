// Opens VS Code with the extension, loaded from this folder, on a sample workspace: the desktop application where there
// is one, else a VS Code in the browser whose address it prints (--browser asks for that). Expects dist/ to be built.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const onWindows = process.platform === 'win32';

/** A copy that people may change; what they have changed stays. */
function sampleWorkspace() {
  const workspace = join(root, '.cache', 'sample-workspace');
  cpSync(join(root, 'media', 'sample-workspace'), workspace, { recursive: true, force: false });
  return workspace;
}

/** @param {string} workspace @returns {boolean} whether there is a desktop VS Code, and it has opened */
function openOnDesktop(workspace) {
  const options = ['--new-window', `--extensionDevelopmentPath=${root}`, workspace];
  const { status } = spawnSync('code', [...options, join(workspace, 'lighthouse.md')], {
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: onWindows,
  });
  return status === 0;
}

/** @param {string} workspace */
async function serve(workspace) {
  const { install } = await import('../test/e2e/setup.mjs');
  install();
  const { Server } = await import('../test/e2e/server.mjs');
  const { publisher, name, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const extensions = mkdtempSync(join(tmpdir(), 'proto-tokens-extensions-'));
  symlinkSync(root, join(extensions, `${publisher}.${name}-${version}`), 'junction');
  const server = await Server.start({ extensions, folder: workspace });
  console.log(`Open ${server.address} in a browser; Ctrl-C stops it.`);
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM']))
    process.once(signal, async () => {
      await server.stop();
      rmSync(extensions, { recursive: true, force: true });
      process.exit();
    });
}

const workspace = sampleWorkspace();
if (process.argv.includes('--browser') || !openOnDesktop(workspace)) await serve(workspace);
else console.log('VS Code is open: select a sentence, right-click, "Compress Selection to Proto-Tokens".');
