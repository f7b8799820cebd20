// Makes the extension's .vsix for one platform and lists what it holds. --target linux-x64 | linux-arm64 | darwin-arm64
// | win32-x64 | win32-arm64 (default: this platform), --out FILE.vsix
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import vsce from '@vscode/vsce';

const root = fileURLToPath(new URL('..', import.meta.url));
const megabyte = 1e6;

/** Where onnxruntime-node keeps the binaries of each platform that it has any for. */
const binaries = {
  'linux-x64': ['linux/x64/*'],
  'linux-arm64': ['linux/arm64/*'],
  // The other .dylib is the same library once more.
  'darwin-arm64': ['darwin/arm64/libonnxruntime.1.dylib', 'darwin/arm64/*.node'],
  'win32-x64': ['win32/x64/*'],
  'win32-arm64': ['win32/arm64/*'],
};

/** @typedef {keyof typeof binaries} Target */

/** @param {string} name @returns {name is Target} */
const isTarget = name => Object.hasOwn(binaries, name);

/**
 * Expects dist/ to be built.
 *
 * @param {Target} target
 * @param {string} file
 * @returns {Promise<{ path: string, bytes: number }[]>} what it holds, the largest first
 */
export async function makePackage(target, file) {
  const rules = [
    readFileSync(`${root}/.vscodeignore`, 'utf8').trimEnd(),
    ...binaries[target].map(pattern => `!node_modules/onnxruntime-node/bin/napi-v6/${pattern}`),
  ];
  const ignoreFile = `${root}/dist/vscodeignore-${target}`;
  writeFileSync(ignoreFile, `${rules.join('\n')}\n`);
  mkdirSync(dirname(file), { recursive: true });
  const paths = await vsce.listFiles({ cwd: root, ignoreFile });
  await vsce.createVSIX({
    cwd: root,
    target,
    ignoreFile,
    packagePath: file,
    allowMissingRepository: true,
    rewriteRelativeLinks: false,
  });
  return paths
    .map(path => ({ path, bytes: statSync(`${root}/${path}`).size }))
    .sort((a, b) => b.bytes - a.bytes || a.path.localeCompare(b.path));
}

/**
 * The target of a name, or else of the platform that this runs on.
 *
 * @returns {Target}
 */
export function targetOf(name = `${process.platform}-${process.arch}`) {
  if (!isTarget(name)) throw new Error(`There is no ONNX Runtime for ${name}; choose of ${Object.keys(binaries)}.`);
  return name;
}

async function main() {
  const { values } = parseArgs({ options: { target: { type: 'string' }, out: { type: 'string' } } });
  const target = targetOf(values.target);
  const { version } = JSON.parse(readFileSync(`${root}/package.json`, 'utf8'));
  const file = values.out ?? `${root}/proto-tokens-${target}-${version}.vsix`;
  const held = await makePackage(target, file);
  for (const { path, bytes } of held) console.log(`${bytes.toLocaleString('en').padStart(12)}  ${path}`);
  const unpacked = held.reduce((sum, { bytes }) => sum + bytes, 0);
  console.log(
    `${held.length} files, ${(unpacked / megabyte).toFixed(1)} MB unpacked, ` +
      `${(statSync(file).size / megabyte).toFixed(1)} MB as ${relative(process.cwd(), file)}`,
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
