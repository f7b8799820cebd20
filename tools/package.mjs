// Makes the extension's .vsix for one platform, its bill of materials beside it, and lists what it holds. --target linux-x64 | linux-arm64 | darwin-arm64
// | win32-x64 | win32-arm64 (default: this platform), --out FILE.vsix
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import vsce from '@vscode/vsce';
import { shippedList } from './build.mjs';
import { withoutTerms } from './notices.mjs';
import { billOfMaterials } from './sbom.mjs';

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

/** What vsce is told of the package of a target. Writes the list of what it leaves out. @param {Target} target */
function optionsFor(target) {
  const rules = [
    readFileSync(`${root}/.vscodeignore`, 'utf8').trimEnd(),
    ...binaries[target].map(pattern => `!node_modules/onnxruntime-node/bin/napi-v6/${pattern}`),
  ];
  const ignoreFile = `${root}/dist/vscodeignore-${target}`;
  writeFileSync(ignoreFile, `${rules.join('\n')}\n`);
  return { cwd: root, ignoreFile };
}

/**
 * Expects dist/ to be built.
 *
 * @param {Target} target
 * @param {string} file
 */
export async function makePackage(target, file) {
  mkdirSync(dirname(file), { recursive: true });
  await vsce.createVSIX({
    ...optionsFor(target),
    target,
    packagePath: file,
    allowMissingRepository: true,
    rewriteRelativeLinks: false,
  });
}

/**
 * What the package of a target holds, the largest first. vsce looks for it once more, through all files of the folder: the
 * tests, which need the package only, leave that out.
 *
 * @param {Target} target
 * @returns {Promise<{ path: string, bytes: number }[]>}
 */
async function contentsOf(target) {
  const paths = await vsce.listFiles(optionsFor(target));
  return paths
    .map(path => ({ path, bytes: statSync(`${root}/${path}`).size }))
    .sort((a, b) => b.bytes - a.bytes || a.path.localeCompare(b.path));
}

/**
 * Writes the bill of materials of a .vsix beside it.
 *
 * @param {string} vsix
 * @param {readonly { path: string }[]} held
 * @returns {string} where it is
 */
export function writeBillOfMaterials(vsix, held) {
  const file = vsix.replace(/(\.vsix)?$/, '.cdx.json');
  const packages = JSON.parse(readFileSync(`${root}/${shippedList}`, 'utf8'));
  const paths = held.map(({ path }) => path);
  writeFileSync(file, billOfMaterials(root, packages, paths));
  return file;
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
  await makePackage(target, file);
  const held = await contentsOf(target);
  for (const { path, bytes } of held) console.log(`${bytes.toLocaleString('en').padStart(12)}  ${path}`);
  const unpacked = held.reduce((sum, { bytes }) => sum + bytes, 0);
  console.log(
    `${held.length} files, ${(unpacked / megabyte).toFixed(1)} MB unpacked, ` +
      `${(statSync(file).size / megabyte).toFixed(1)} MB as ${relative(process.cwd(), file)}`,
  );
  if (target.startsWith('win32') && withoutTerms().length)
    console.log(
      `The notices name the terms of ${withoutTerms().join(' and ')} and do not hold them: before this package is published, put their LICENSE.txt where tools/licences/README.md says.`,
    );
  const bill = writeBillOfMaterials(file, held);
  console.log(`The software bill of materials (CycloneDX) is ${relative(process.cwd(), bill)}.`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
