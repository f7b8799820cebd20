import { defineConfig } from 'vitest/config';

/** As the bundles have it: a page of Markdown is the text that it is. */
const markdown = {
  name: 'markdown',
  transform: (code: string, id: string) => (id.endsWith('.md') ? `export default ${JSON.stringify(code)};` : undefined),
};

export default defineConfig({
  plugins: [markdown],
  test: {
    include: ['test/unit/**/*.test.ts', 'test/webview/**/*.test.ts'],
    globalSetup: ['test/build.ts'],
    // What waits is waiting for a state; these are for what hangs, however busy the machine is.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    expect: { poll: { timeout: 120_000 } },
    // Two test files at a time: with a thread for each core in both, half of them would only get in the other's way.
    env: { PROTO_TOKENS_THREADS: '1' },
    pool: 'forks',
    maxWorkers: 2,
  },
});
