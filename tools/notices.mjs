// What the authors of other packages ask of whoever hands their work on: their names and licences, in a file beside the
// bundles that contain it.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Packages that are shipped as they are, beside the bundles. */
const unbundled = ['node_modules/onnxruntime-node', 'node_modules/onnxruntime-common'];

const licenceFile = /^(licen[cs]e|copying|notice)/i;

/**
 * Folders of the packages that a bundle holds code, styles or fonts of.
 *
 * @param {import('esbuild').Metafile} metafile
 * @param {(output: string) => boolean} isShipped
 */
function packagesIn({ outputs }, isShipped) {
  return Object.entries(outputs)
    .filter(([path]) => isShipped(path))
    .flatMap(([, { inputs }]) => Object.keys(inputs))
    .map(path => path.match(/^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//)?.[1])
    .filter(folder => folder !== undefined);
}

/** @param {string} folder @returns {string} */
function noticeOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const texts = readdirSync(folder, { withFileTypes: true })
    .filter(entry => entry.isFile() && licenceFile.test(entry.name))
    .map(entry => readFileSync(join(folder, entry.name), 'utf8').trim());
  return [`${name} ${version} (${license})`, ...texts].join('\n\n');
}

/**
 * A text that names every package of which something is shipped, with the licence that it is under.
 *
 * @param {readonly import('esbuild').Metafile[]} metafiles
 * @param {(output: string) => boolean} isShipped
 */
export function notices(metafiles, isShipped) {
  const folders = new Set([...unbundled, ...metafiles.flatMap(metafile => packagesIn(metafile, isShipped))]);
  const sections = [...folders].filter(folder => existsSync(join(folder, 'package.json'))).map(noticeOf);
  const line = `\n\n${'-'.repeat(80)}\n\n`;
  return `Proto-Tokens contains work of others, under the licences that follow.${line}${sections.sort().join(line)}\n`;
}
