// Runs the linter and the compiler on each of the projects, side by side: none of them uses more than one core for long. What
// one prints is shown when it has ended. "lint" or "types" runs only these. Ends with 1 when something was found.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const biome = ['node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '.'];
const compiler = ['node_modules/typescript/bin/tsc', '--noEmit', '--pretty', String(process.stdout.isTTY === true)];
/** The slowest first. */
const projects = ['webview', '.', 'test/webview', 'test/e2e'];
const checks = {
  types: projects.map(project => [...compiler, '-p', project]),
  lint: [biome],
};

/** @param {readonly string[]} args of Node @returns {Promise<boolean>} whether nothing was found */
function passes(args) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    /** @type {Buffer[]} */
    const printed = [];
    for (const stream of [child.stdout, child.stderr]) stream.on('data', part => printed.push(part));
    child.on('error', reject);
    child.on('close', code => {
      process.stdout.write(Buffer.concat(printed));
      resolve(code === 0);
    });
  });
}

const [only] = process.argv.slice(2);
if (only !== undefined && !Object.hasOwn(checks, only)) throw new Error(`There is no check "${only}".`);
const wanted = Object.entries(checks).flatMap(([name, runs]) => (only === undefined || only === name ? runs : []));
const passed = await Promise.all(wanted.map(passes));
process.exitCode = passed.every(Boolean) ? 0 : 1;
