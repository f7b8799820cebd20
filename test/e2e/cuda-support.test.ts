import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, inject, test } from 'vitest';
import { publishedProvider } from '../../src/runtime/cuda/published.ts';
import { runtimeFolder } from '../../src/runtime/cuda/runtime-folder.ts';
import { servePackage } from '../support/package-feed.ts';
import { useVsCode } from './harness/session.ts';

const published = publishedProvider();
/** No library: nothing is computed while it is there. */
const content = new TextEncoder().encode('not for use');

const { name = '', version = '', libraries = [] } = published ?? {};
const feed = await servePackage(name, version, Object.fromEntries(libraries.map(({ entry }) => [entry, content])));
const session = useVsCode({
  files: { 'sea.txt': 'The sea was calm.\n' },
  settings: { 'protoTokens.cudaFeed': feed.address },
});
afterAll(() => feed.close());

/** Beside the runtime of the installed extension. */
function placesOfLibraries(): string[] {
  const extensions = inject('installedExtensions');
  const [extension] = readdirSync(extensions).filter(name => name.startsWith('proto-tokens.'));
  if (!extension) throw new Error('the extension is not installed');
  const runtime = runtimeFolder(join(extensions, extension));
  return libraries.map(({ file }) => join(runtime, file));
}

test.runIf(published)('CUDA support is added on request: what was announced, and nothing else', async () => {
  const { workbench, picture } = session();
  const places = placesOfLibraries();
  expect(places).toHaveLength(2);
  try {
    feed.fault = 'another package';
    await workbench.command('Proto-Tokens: Add CUDA Support');
    await workbench.notification('is not the package that was announced').waitFor();
    expect(places.filter(existsSync)).toEqual([]);
    await workbench.dismissNotifications();

    feed.fault = 'half and no more';
    await workbench.command('Proto-Tokens: Add CUDA Support');
    const progress = workbench.notification('Downloading the CUDA provider');
    await progress.waitFor();
    await picture('adding CUDA support');
    await progress.getByRole('button', { name: 'Cancel' }).click();
    await progress.waitFor({ state: 'detached' });
    expect(places.filter(existsSync)).toEqual([]);

    feed.fault = undefined;
    await workbench.command('Proto-Tokens: Add CUDA Support');
    await workbench.notification('The CUDA provider is there').waitFor();
    for (const place of places) expect(readFileSync(place).equals(content)).toBe(true);
  } finally {
    for (const place of places) rmSync(place, { force: true });
  }
});
