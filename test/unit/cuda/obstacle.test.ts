import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { cudaObstacle } from '../../../src/runtime/cuda/obstacle.ts';
import { publishedProvider } from '../../../src/runtime/cuda/published.ts';
import { runtimeFolder } from '../../../src/runtime/cuda/runtime-folder.ts';
import { temporaryFolder } from '../../support/paths.ts';

const provider = 'libonnxruntime_providers_cuda.so';

describe.runIf(publishedProvider())('what keeps CUDA from being used', () => {
  test('is the provider itself where it is not installed', () => {
    expect(cudaObstacle(temporaryFolder())).toEqual({ lacking: 'provider' });
  });

  test('is the library that the loader does not find', () => {
    const folder = temporaryFolder();
    // The runtime's own binding, taken away from the library that it needs, which nothing in this file has loaded.
    copyFileSync(join(runtimeFolder('.'), 'onnxruntime_binding.node'), join(folder, provider));
    expect(cudaObstacle(folder)).toEqual({ lacking: 'library', library: 'libonnxruntime.so.1' });
  });

  test('is left to the runtime to say when the loader says nothing of it', () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, provider), 'no library');
    expect(cudaObstacle(folder)).toBeUndefined();
  });
});

test.skipIf(publishedProvider())('CUDA is not to be had on this platform', () => {
  expect(cudaObstacle(temporaryFolder())).toEqual({ lacking: 'platform' });
});
