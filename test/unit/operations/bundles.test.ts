import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { bundleWebview } from '../../../tools/build-webview.mjs';
import { inRepository } from '../../support/paths.ts';

test('the pages take types from the declarations, and nothing that runs', async () => {
  const { inputs } = await bundleWebview();
  expect(Object.keys(inputs).filter(path => /node_modules\/zod\/|src\/runtime\//.test(path))).toEqual([]);
});

test('the extension checks with the small library only', () => {
  const extension = readFileSync(inRepository('dist/extension.cjs'), 'utf8');
  expect(extension).toContain('"ZodMiniObject"');
  expect(extension).not.toContain('"ZodString"');
});
