import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { inRepository } from '../support/paths.ts';

const notices = readFileSync(inRepository('dist/THIRD-PARTY-NOTICES.txt'), 'utf8');

/** In their places stands an empty package. */
const aliased = new Set(['onnxruntime-web', 'sharp']);

/** Packages with code in a bundle, by its source map; what a package contains of others is its own affair. */
function packagesOf(bundle: string): ReadonlySet<string | undefined> {
  const { sources } = JSON.parse(readFileSync(inRepository(`dist/${bundle}.map`), 'utf8')) as { sources: string[] };
  const names = sources.map(source => source.match(/node_modules\/((?:@[^/]+\/)?[^/]+)\//)?.[1]);
  return new Set(names.filter(name => name !== undefined && !aliased.has(name)));
}

test.each(['engine.mjs', 'sentences.mjs', 'extension.cjs'])('every package in %s is named with its licence', bundle => {
  const packages = packagesOf(bundle);
  expect(packages.size).toBeGreaterThan(0);
  for (const name of packages) expect(notices).toMatch(new RegExp(`^${name} \\S+ \\([\\w.-]+\\)$`, 'm'));
});

test('so is what is shipped as it is, and what the panel is made of, and nothing that only tests and builds use', () => {
  for (const name of ['onnxruntime-node', 'onnxruntime-common', 'lit', 'chart.js', '@vscode/codicons'])
    expect(notices).toMatch(new RegExp(`^${name} `, 'm'));
  for (const name of ['vitest', 'esbuild', 'commander', 'typescript'])
    expect(notices).not.toMatch(new RegExp(`^${name} `, 'm'));
});

test('the texts of the licences are there', () => {
  expect(notices).toContain('TERMS AND CONDITIONS FOR USE, REPRODUCTION, AND DISTRIBUTION');
  expect(notices).toContain('Copyright (c) 2017 Google LLC');
});
