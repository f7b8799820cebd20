// The software bill of materials of a .vsix, in the format CycloneDX: the packages that something is shipped of, as npm
// describes them, and the native libraries and models that the .vsix holds, with their hashes.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';

/** What is neither text nor code of ours. */
const isLibrary = /\.(node|dll|dylib|so(\.\d+)*)$/;
const isModel = /\.safetensors$/;

/** @typedef {{ name: string, version: string }} Named */

/** What npm knows of all installed packages. @param {string} root */
function installed(root) {
  const json = execFileSync('npm', ['sbom', '--sbom-format', 'cyclonedx', '--sbom-type', 'application'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: process.platform === 'win32',
  });
  return JSON.parse(json);
}

/** @param {string} root @param {string} path */
function fileComponent(root, path) {
  const hash = createHash('sha256')
    .update(readFileSync(`${root}/${path}`))
    .digest('hex');
  return {
    'bom-ref': path,
    type: isModel.test(path) ? 'machine-learning-model' : 'file',
    name: basename(path),
    hashes: [{ alg: 'SHA-256', content: hash }],
    properties: [{ name: 'proto-tokens:path', value: path }],
  };
}

/**
 * @param {string} root of the repository
 * @param {readonly string[]} folders of the packages that something is shipped of
 * @param {readonly string[]} paths of the files in the .vsix
 * @returns {string} JSON
 */
export function billOfMaterials(root, folders, paths) {
  const { name, version, license } = JSON.parse(readFileSync(`${root}/package.json`, 'utf8'));
  const all = installed(root);
  /** @type {Map<string, { 'bom-ref': string, name: string, version: string }>} */
  const known = new Map(
    all.components.map((/** @type {Named} */ component) => [`${component.name}@${component.version}`, component]),
  );
  const packages = folders.map(folder => {
    /** @type {Named} */
    const own = JSON.parse(readFileSync(`${root}/${folder}/package.json`, 'utf8'));
    const component = known.get(`${own.name}@${own.version}`);
    if (!component) throw new Error(`npm does not know the package ${own.name} ${own.version} that is shipped`);
    // Of npm they are all parts of the development; here they are parts of what is handed on.
    return { ...component, scope: 'required' };
  });
  const files = paths.filter(path => isLibrary.test(path) || isModel.test(path)).map(path => fileComponent(root, path));
  const components = [...packages, ...files];
  const reference = `${name}@${version}`;
  const component = {
    'bom-ref': reference,
    type: 'application',
    name,
    version,
    licenses: [{ license: { id: license } }],
  };
  const dependencies = [{ ref: reference, dependsOn: components.map(part => part['bom-ref']) }];
  return `${JSON.stringify({ ...all, metadata: { ...all.metadata, component }, components, dependencies }, undefined, 2)}\n`;
}
