import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: process.env.MEASURE_ACTIVATION ? ['bench/activation.ts'] : ['test/{e2e,host}/**/*.test.ts'],
    globalSetup: ['test/e2e/global-setup.ts'],
    // A window mostly waits: two at a time take little longer than one.
    maxWorkers: 2,
    // And two engines with all cores each would only get in each other's way.
    env: { PROTO_TOKENS_THREADS: '1' },
    testTimeout: 240_000,
    hookTimeout: 120_000,
    pool: 'forks',
    bail: process.env.CI ? 0 : 3,
  },
});
