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

test('the queue is in a bundle of its own, which only the command line loads and which is not shipped', () => {
  for (const name of ['extension.cjs', 'engine.mjs', 'trial.mjs', 'sentences.mjs', 'cli.mjs'])
    expect(readFileSync(inRepository(`dist/${name}`), 'utf8')).not.toMatch(/BullMQ|bullmq|ioredis/i);
  expect(readFileSync(inRepository('dist/queue.mjs'), 'utf8')).toMatch(/bullmq/i);
  const shipped = readFileSync(inRepository('.vscodeignore'), 'utf8');
  expect(shipped).not.toContain('queue');
  const {
    dependencies,
    devDependencies,
  }: Record<string, Record<string, string>> = JSON.parse(readFileSync(inRepository('package.json'), 'utf8'));
  for (const name of ['bullmq', 'ioredis']) {
    expect(dependencies).not.toHaveProperty(name);
    expect(devDependencies?.[name]).toMatch(/^[0-9.]+$/);
  }
});
