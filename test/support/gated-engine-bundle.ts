import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll } from 'vitest';
import { inRepository } from './paths.ts';

/** Bundles the engine of `gated-engine.ts` for the tests of a file. @returns its path, once the tests run */
export function gatedEngine(): () => string {
  let folder = '';
  const path = (): string => join(folder, 'engine.mjs');
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'proto-tokens-test-'));
    await build({
      stdin: {
        contents: "import { serve } from './test/support/gated-engine.ts'; serve();",
        resolveDir: inRepository('.'),
      },
      bundle: true,
      platform: 'node',
      format: 'esm',
      outfile: path(),
    });
  });
  afterAll(() => rm(folder, { recursive: true }));
  return path;
}
