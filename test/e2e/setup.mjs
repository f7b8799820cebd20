// Installs the VS Code that the tests drive (code-server) beside this file, when it is missing or out of date: its
// package, the packages of the VS Code inside it, the ripgrep with which that searches a workspace, and a stand-in for the
// module that writes its logs. Native modules stay unbuilt; VS Code starts without them.
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = dirname(fileURLToPath(import.meta.url));
const server = join(folder, 'node_modules', 'code-server');
const inner = join(server, 'lib', 'vscode');

/** The program that starts a VS Code. */
export const entry = join(server, 'out', 'node', 'entry.js');

const program = process.platform === 'win32' ? 'rg.exe' : 'rg';
const ripgrep = join(folder, 'node_modules', '@vscode', `ripgrep-${process.platform}-${process.arch}`, 'bin', program);
const wantedRipgrep = join(inner, 'node_modules', '@vscode', 'ripgrep', 'bin', program);
const logging = join(folder, 'spdlog.cjs');
const wantedLogging = join(inner, 'node_modules', '@vscode', 'spdlog', 'index.js');

/** Whether it is there already, complete and of the pinned version. */
export function isInstalled() {
  const manifest = (/** @type {string} */ of) => {
    const file = join(of, 'package.json');
    return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
  };
  return (
    manifest(server)?.version === manifest(folder).devDependencies['code-server'] &&
    existsSync(join(inner, 'node_modules', '.package-lock.json')) &&
    existsSync(wantedRipgrep) &&
    readFileSync(wantedLogging, 'utf8') === readFileSync(logging, 'utf8')
  );
}

/** @throws Error when npm cannot install it. */
export function install() {
  if (isInstalled()) return;
  console.log('Installing a VS Code for the browser (code-server, 320 MB, about half a minute) ...');
  npm(folder, 'ci');
  npm(inner, 'ci', '--omit=dev', '--ignore-scripts', '--legacy-peer-deps');
  mkdirSync(dirname(wantedRipgrep), { recursive: true });
  copyFileSync(ripgrep, wantedRipgrep);
  copyFileSync(logging, wantedLogging);
}

/** @param {string} cwd @param {string[]} args */
function npm(cwd, ...args) {
  const { status } = spawnSync('npm', [...args, '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd,
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (status !== 0) throw new Error(`npm ${args.join(' ')} in ${basename(cwd)} ended with ${status}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) install();
