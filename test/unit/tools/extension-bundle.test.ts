import { build } from 'esbuild';
import { expect, test } from 'vitest';
import { inRepository } from '../../support/paths.ts';

test('every window loads the extension, so all of zod is left out of it', async () => {
  const { metafile } = await build({
    entryPoints: [inRepository('src/extension.ts')],
    bundle: true,
    platform: 'node',
    external: ['vscode'],
    write: false,
    metafile: true,
    outdir: 'dist',
  });
  const files = Object.keys(metafile.inputs);
  expect(files.some(file => file.endsWith('src/extension.ts'))).toBe(true);
  expect(files.filter(file => file.includes('zod/v4/classic'))).toEqual([]);
});
