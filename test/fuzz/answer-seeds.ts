import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import yazl from 'yazl';
import type { PackagedLibrary } from '../../src/runtime/cuda/published.ts';

export const provider = { name: 'A.Package', version: '1.0.0' };
export const libraries: readonly PackagedLibrary[] = ['liba.so', 'libb.so'].map(file => ({
  file,
  entry: `runtimes/${file}`,
}));
const commit = '0123456789abcdef0123456789abcdef01234567';
const filesOfModel = ['config.json', 'tokenizer.json', 'tokenizer_config.json', 'model.safetensors'];

function writer(folder: string): (name: string, content: unknown) => void {
  mkdirSync(folder, { recursive: true });
  return (name, content) =>
    writeFileSync(join(folder, name), content instanceof Uint8Array ? content : JSON.stringify(content));
}

/** What a feed of packages answers: its index, what it knows of a package, and the package. */
async function prepareFeed(folder: string): Promise<void> {
  const zip = new yazl.ZipFile();
  for (const { entry } of libraries) zip.addBuffer(Buffer.from('a library, '.repeat(20)), entry);
  zip.addBuffer(Buffer.from('something else'), 'licence.txt', { compress: false });
  zip.end();
  const write = writer(folder);
  const registrations = { '@id': '{origin}/registration/', '@type': 'RegistrationsBaseUrl/3.6.0' };
  write('package.nupkg', await buffer(zip.outputStream));
  write('index.json', { version: '3.0.0', resources: [registrations] });
  write('leaf.json', { catalogEntry: '{origin}/catalog', packageContent: '{origin}/package' });
  write('catalog.json', {
    packageHash: '{sha512:package.nupkg}',
    packageHashAlgorithm: 'SHA512',
    packageSize: '{size:package.nupkg}',
  });
  write('answers.json', {
    '/maker': { status: 200, file: 'index.json' },
    '/feed': { status: 301, headers: { location: '{origin}/index' } },
    '/index': { status: 200, headers: { 'content-type': 'application/json' }, file: 'index.json' },
    '/registration/a.package/1.0.0.json': { status: 200, file: 'leaf.json' },
    '/catalog': { status: 200, file: 'catalog.json' },
    '/package': { status: 302, headers: { location: '/store/package' } },
    '/store/package': { status: 200, headers: { 'content-encoding': 'identity' }, file: 'package.nupkg' },
  });
}

/** What a hub of models answers: what it knows of a model, its files in two pages, and the files. */
function prepareHub(folder: string, model: string): void {
  const write = writer(folder);
  for (const name of filesOfModel) cpSync(join(model, name), join(folder, name));
  const entries = filesOfModel.map(path => ({
    ...{ type: 'file', path, size: `{size:${path}}`, oid: `{git:${path}}` },
    ...(path.endsWith('.safetensors') ? { lfs: { oid: `{sha256:${path}}`, size: `{size:${path}}` } } : {}),
  }));
  write('info.json', {
    ...{ _id: '1', id: 'a/b', sha: commit, gated: false, cardData: { license: 'mit' }, safetensors: { total: 1000 } },
  });
  write('first-page.json', entries.slice(0, 2));
  write('second-page.json', entries.slice(2));
  const tree = `/api/models/a/b/tree/${commit}`;
  write('answers.json', {
    '/api/models/a/b/revision/main': { status: 200, file: 'info.json' },
    [tree]: { status: 200, headers: { link: '<{origin}/second>; rel="next"' }, file: 'first-page.json' },
    '/second': { status: 200, headers: {}, file: 'second-page.json' },
    ...Object.fromEntries(
      filesOfModel.map(file => [`/a/b/resolve/${commit}/${file}`, { status: 302, headers: { location: `/${file}` } }]),
    ),
    ...Object.fromEntries(filesOfModel.map(file => [`/${file}`, { status: 200, headers: {}, file }])),
  });
}

/** Makes what servers answer, intact, into folders of a folder. */
export async function prepareAnswers(folder: string, model: string): Promise<void> {
  await prepareFeed(join(folder, 'feed'));
  prepareHub(join(folder, 'hub-answers'), model);
}
