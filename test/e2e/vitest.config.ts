import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: process.env.MEASURE_ACTIVATION ? ['bench/activation.ts'] : ['test/{e2e,host}/**/*.test.ts'],
    globalSetup: ['test/e2e/global-setup.ts'],
    // A window waits now and then: three at a time keep two cores busy.
    maxWorkers: 3,
    // And engines with all cores each would only get in each other's way.
    env: { PROTO_TOKENS_THREADS: '1' },
    // What waits is waiting for a state; these are for what hangs, however busy the machine is.
    testTimeout: 900_000,
    hookTimeout: 600_000,
    expect: { poll: { timeout: 300_000 } },
    pool: 'forks',
    bail: process.env.CI ? 0 : 3,
  },
});
