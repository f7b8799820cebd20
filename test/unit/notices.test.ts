import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { expect, test } from 'vitest';
import { inRepository } from '../support/paths.ts';

const notices = readFileSync(inRepository('dist/THIRD-PARTY-NOTICES.txt'), 'utf8');

/** Packages with code in a bundle, by its source map; what a package contains of others is its own affair. */
function packagesOf(bundle: string): ReadonlySet<string | undefined> {
  const { sources } = JSON.parse(readFileSync(inRepository(`dist/${bundle}.map`), 'utf8')) as { sources: string[] };
  const names = sources.map(source => source.match(/node_modules\/((?:@[^/]+\/)?[^/]+)\//)?.[1]);
  return new Set(names.filter(name => name !== undefined));
}

test.each(['engine.mjs', 'extension.cjs'])('every package in %s is named with its licence', bundle => {
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

test('every package has the text of its licence', () => {
  const sections = notices.split(/\n-{80}\n/).slice(1);
  expect(sections.length).toBeGreaterThan(30);
  for (const section of sections) expect(section.trim().split('\n').length).toBeGreaterThan(2);
});

test('ONNX Runtime is there with what its library contains, at the version that is shipped', () => {
  const { version } = JSON.parse(readFileSync(inRepository('node_modules/onnxruntime-node/package.json'), 'utf8'));
  const [, section = ''] = notices.split(`\nonnxruntime-node ${version} (MIT)\n`);
  expect(section).toMatch(/^\s*MIT License\s+Copyright \(c\) Microsoft Corporation/);
  const [own = ''] = section.split(/\n-{80}\n\n\w+\S* /);
  for (const contained of ['Eigen', 'protocolbuffers/protobuf', 'intel/dnnl', 'google/XNNPACK', 'abseil-cpp', 'dawn'])
    expect(own).toContain(`\n${contained}\n`);
});

test('so are the libraries that only the packages for Windows have', () => {
  const files = readdirSync(inRepository('node_modules/onnxruntime-node/bin/napi-v6'), {
    recursive: true,
    encoding: 'utf8',
  });
  const libraries = files.filter(path => path.endsWith('.dll') && !path.endsWith('onnxruntime.dll'));
  expect(new Set(libraries.map(path => basename(path)))).toEqual(
    new Set(['dxcompiler.dll', 'DirectML.dll', 'dxil.dll']),
  );
  for (const path of libraries) {
    expect(path).toMatch(/win32/);
    expect(notices).toMatch(new RegExp(`^${basename(path)} [\\d.]+\\b.*, in the packages for Windows`, 'm'));
  }
});

test('nothing of a stranger stands in the place of what is not wanted', () => {
  const lock = readFileSync(inRepository('package-lock.json'), 'utf8');
  expect(lock).not.toMatch(/empty-npm-package/);
  expect(JSON.parse(readFileSync(inRepository('package.json'), 'utf8'))).not.toHaveProperty('overrides');
  for (const unwanted of ['sharp', 'onnxruntime-web']) expect(notices).not.toMatch(new RegExp(`^${unwanted} \\d`, 'm'));
  expect(notices).toMatch(/^@huggingface\/transformers \d/m);
});

test('the texts of the licences are there', () => {
  expect(notices).toContain('TERMS AND CONDITIONS FOR USE, REPRODUCTION, AND DISTRIBUTION');
  expect(notices).toContain('Copyright (c) 2017 Google LLC');
});
