// What the authors of other packages ask of whoever hands their work on: their names and licences, in a file beside the
// bundles that contain it; and which packages those are.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Packages that are shipped as they are, beside the bundles. */
const unbundled = ['node_modules/onnxruntime-node', 'node_modules/onnxruntime-common'];

const licenceFile = /^(licen[cs]e|copying|notice|thirdpartynotices)/i;
const ownTexts = 'tools/licences';

/** @param {string} folder */
const descriptionOf = folder => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));

/**
 * Folders of the packages that something is shipped of: code, styles or fonts in a bundle, or the package itself.
 *
 * @param {readonly import('esbuild').Metafile[]} metafiles
 * @param {(output: string) => boolean} isShipped
 * @returns {string[]} in the order of their names
 */
export function shippedPackages(metafiles, isShipped) {
  const bundled = metafiles
    .flatMap(({ outputs }) => Object.entries(outputs))
    .filter(([path]) => isShipped(path))
    .flatMap(([, { inputs }]) => Object.keys(inputs))
    .map(path => path.match(/^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//)?.[1])
    .filter(folder => folder !== undefined);
  return [...new Set([...unbundled, ...bundled])].filter(folder => existsSync(join(folder, 'package.json'))).sort();
}

/** The licences in a folder. @param {string} folder @returns {string[]} */
function textsIn(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .filter(entry => entry.isFile() && licenceFile.test(entry.name))
    .map(entry => readFileSync(join(folder, entry.name), 'utf8').trim());
}

/**
 * The texts for a package that holds none itself.
 *
 * @param {{ name: string, version: string, license: string }} description
 * @returns {string[]}
 */
function textsFor({ name, version, license }) {
  if (name === 'onnxruntime-node') return textsIn(join(ownTexts, `onnxruntime-${version}`));
  if (name === 'onnxruntime-common') return [readFileSync(join(ownTexts, `onnxruntime-${version}`, 'LICENSE'), 'utf8')];
  const standard = readFileSync(join(ownTexts, 'spdx', `${license}.txt`), 'utf8').trim();
  return [`The package holds no text of its licence. This is that of ${license}:\n\n${standard}`];
}

/** @param {string} folder @returns {string} */
function noticeOf(folder) {
  const description = descriptionOf(folder);
  const { name, version, license } = description;
  const own = textsIn(folder);
  return [`${name} ${version} (${license})`, ...(own.length ? own : textsFor(description))].join('\n\n');
}

/** Libraries of Microsoft's own terms, and the NuGet packages that hold these as LICENSE.txt. */
const ofMicrosoft = [
  { library: 'DirectML.dll 1.15.4', source: 'Microsoft.AI.DirectML 1.15.4', folder: 'directml' },
  { library: 'dxil.dll 1.8.2502', source: 'Microsoft.Direct3D.DXC 1.8.2502.8', folder: 'dxil' },
];

/** @param {string} folder @returns {string[]} Microsoft's terms, where somebody has put them there */
const termsIn = folder => (existsSync(join(ownTexts, folder)) ? textsIn(join(ownTexts, folder)) : []);

/** Libraries in the packages for Windows whose terms are only named in the notices: their texts are in no npm package. */
export const withoutTerms = () =>
  ofMicrosoft.filter(({ folder }) => !termsIn(folder).length).map(({ library }) => library);

/** Libraries that onnxruntime-node has for Windows and that are not part of ONNX Runtime. @returns {string[]} */
const forWindows = () => [
  [
    'dxcompiler.dll 1.8.2502 (NCSA), in the packages for Windows: the compiler of github.com/microsoft/DirectXShaderCompiler',
    readFileSync(join(ownTexts, 'dxcompiler', 'LICENSE.TXT'), 'utf8').trim(),
  ].join('\n\n'),
  ...ofMicrosoft.map(({ library, source, folder }) =>
    [
      `${library}, in the packages for Windows: (c) Microsoft Corporation, all rights reserved`,
      `Only the packages win32-x64 and win32-arm64 hold it, as it lies in the npm package onnxruntime-node; no other does. It is handed on under Microsoft's terms for distributable code, LICENSE.txt in the NuGet package ${source} (https://www.nuget.org/packages/${source.replace(' ', '/')}/License).`,
      ...termsIn(folder),
    ].join('\n\n'),
  ),
];

/**
 * A text that names every package of which something is shipped, with the licence that it is under.
 *
 * @param {readonly string[]} folders of the packages
 */
export function notices(folders) {
  const sections = [...folders.map(noticeOf), ...forWindows()];
  const line = `\n\n${'-'.repeat(80)}\n\n`;
  return `Proto-Tokens contains work of others, under the licences that follow.${line}${sections.sort().join(line)}\n`;
}
