// Opens VS Code with the extension, loaded from this folder, on a sample workspace: the desktop application where there
// is one, else a VS Code in the browser whose address it prints (--browser asks for that). --workspace names a folder for
// the sample workspace, in place of one in .cache/; --prepare fills it and opens nothing. Expects dist/ to be built.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = fileURLToPath(new URL('..', import.meta.url));
const onWindows = process.platform === 'win32';

const whatToDo = `
The sample is open with a sentence selected, and a walkthrough beside it. What to do next:
  1. Right-click the selection and choose "Compress Selection to Proto-Tokens", or press Ctrl+Alt+T (Cmd+Alt+T on a Mac).
  2. Watch the panel: two vectors learn to give the whole sentence in one forward pass. Point at a token to see why.
  3. Then decode the vectors, save them, change a word, or look inside; the panel has a button for each.
`;

/**
 * A copy that people may change; what they have changed stays. The note in it asks the extension to open the sample and
 * the walkthrough (src/views/walkthrough.ts): once, when the window has loaded.
 *
 * @param {string} workspace
 */
function fillWorkspace(workspace) {
  cpSync(join(root, 'media', 'sample-workspace'), workspace, { recursive: true, force: false });
  writeFileSync(join(workspace, '.proto-tokens-welcome'), 'lighthouse.md\n');
}

/** @param {string} workspace @returns {boolean} whether there is a desktop VS Code, and it has opened */
function openOnDesktop(workspace) {
  const { status } = spawnSync('code', ['--new-window', `--extensionDevelopmentPath=${root}`, workspace], {
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
  console.log(`Open ${server.address} in a browser; Ctrl-C stops it.\n${whatToDo}`);
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM']))
    process.once(signal, async () => {
      await server.stop();
      rmSync(extensions, { recursive: true, force: true });
      process.exit();
    });
}

const { values } = parseArgs({
  options: { browser: { type: 'boolean' }, workspace: { type: 'string' }, prepare: { type: 'boolean' } },
});
const workspace = resolve(values.workspace ?? join(root, '.cache', 'sample-workspace'));
fillWorkspace(workspace);
if (!values.prepare) {
  if (values.browser || !openOnDesktop(workspace)) await serve(workspace);
  else console.log(`VS Code is open.\n${whatToDo}`);
}
