import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: process.env.MEASURE_ACTIVATION ? ['bench/activation.ts'] : ['test/{e2e,host}/**/*.test.ts'],
    globalSetup: ['test/e2e/global-setup.ts'],
    // One window at a time: a job takes all cores.
    fileParallelism: false,
    testTimeout: 240_000,
    hookTimeout: 120_000,
    pool: 'forks',
    bail: process.env.CI ? 0 : 3,
  },
});
