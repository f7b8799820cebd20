import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { billOfMaterials } from '../../../tools/sbom.mjs';
import { inRepository } from '../../support/paths.ts';

const billSchema = z.object({
  bomFormat: z.literal('CycloneDX'),
  metadata: z.object({ component: z.object({ name: z.string(), version: z.string() }) }),
  components: z.array(
    z.object({
      'bom-ref': z.string(),
      type: z.string(),
      name: z.string(),
      version: z.string().optional(),
      purl: z.string().optional(),
      licenses: z.array(z.unknown()).optional(),
      hashes: z.array(z.object({ alg: z.string(), content: z.string() })).optional(),
    }),
  ),
  dependencies: z.array(z.object({ ref: z.string(), dependsOn: z.array(z.string()) })),
});

/** Packages with code or styles in what is shipped, by the source maps; the pages have none and are left to the notices. */
function packagesOf(bundle: string): string[] {
  const { sources } = JSON.parse(readFileSync(inRepository(`dist/${bundle}.map`), 'utf8')) as { sources: string[] };
  return sources.flatMap(source => source.match(/node_modules\/((?:@[^/]+\/)?[^/]+)\//)?.[1] ?? []);
}

test('the bill of materials names what a .vsix holds, and nothing that only a clone has', () => {
  const shipped = z
    .array(z.string())
    .parse(JSON.parse(readFileSync(inRepository('dist/shipped-packages.json'), 'utf8')));
  const library = 'node_modules/onnxruntime-node/bin/napi-v6/linux/x64/onnxruntime_binding.node';
  const paths = ['package.json', 'dist/engine.mjs', library, 'media/demo-model/model.safetensors'];
  const bill = billSchema.parse(JSON.parse(billOfMaterials(inRepository('.'), shipped, paths)));
  expect(bill.metadata.component).toMatchObject({ name: 'proto-tokens' });
  const packages = bill.components.filter(({ purl }) => purl);
  const names = new Set(packages.map(({ name }) => name));
  for (const bundle of ['engine.mjs', 'extension.cjs'])
    for (const name of packagesOf(bundle)) expect(names).toContain(name);
  for (const name of ['onnxruntime-node', 'onnxruntime-common', 'lit', 'chart.js', '@vscode/codicons'])
    expect(names).toContain(name);
  for (const name of ['vitest', 'esbuild', 'commander', 'bullmq', 'ioredis', 'adm-zip', 'typescript'])
    expect(names).not.toContain(name);
  const notices = readFileSync(inRepository('dist/THIRD-PARTY-NOTICES.txt'), 'utf8');
  for (const { name, version, licenses, hashes } of packages) {
    expect(notices).toContain(`\n${name} ${version} (`);
    expect(licenses?.length).toBeGreaterThan(0);
    expect(hashes?.[0]?.content).toMatch(/^[0-9a-f]{128}$/);
  }
  const files = bill.components.filter(({ purl }) => !purl);
  expect(files.map(({ type, name }) => [type, name])).toEqual([
    ['file', 'onnxruntime_binding.node'],
    ['machine-learning-model', 'model.safetensors'],
  ]);
  const digest = createHash('sha256')
    .update(readFileSync(inRepository(library)))
    .digest('hex');
  expect(files[0]?.hashes).toEqual([{ alg: 'SHA-256', content: digest }]);
  expect(bill.dependencies[0]?.dependsOn).toEqual(bill.components.map(component => component['bom-ref']));
});
