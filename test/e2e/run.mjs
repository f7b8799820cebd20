// Runs the tests that need a real VS Code: inside its extension host, and with a person's clicks. Arguments go to
// Vitest: "test/host" or "test/e2e" runs only these. --update-pictures writes the README's pictures anew; --activation
// measures the extension's activation in place of testing.

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromiumPath } from '../support/chromium.mjs';
import { install } from './setup.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const options = process.argv.slice(2);
/** What Vitest and the tests read of our own options. */
const variables = /** @type {Record<string, string>} */ ({
  '--update-pictures': 'UPDATE_PICTURES',
  '--activation': 'MEASURE_ACTIVATION',
});

/** Why the tests cannot run on this machine; undefined when they can. */
function obstacle() {
  if (!existsSync(chromiumPath)) return `there is no Chromium at ${chromiumPath} (CHROMIUM may name one)`;
  try {
    install();
    return undefined;
  } catch (error) {
    return `code-server cannot be installed: ${error instanceof Error ? error.message : error}`;
  }
}

const reason = obstacle();
if (reason && process.env.CI) {
  console.error(`The tests in a real VS Code cannot run: ${reason}.`);
  process.exit(1);
} else if (reason) {
  console.warn(`SKIPPED all tests in a real VS Code (test/host, test/e2e): ${reason}.`);
} else {
  const filters = options.filter(option => !variables[option]);
  const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--config', 'test/e2e/vitest.config.ts', ...filters];
  const own = options.flatMap(option => (variables[option] ? [[variables[option], '1']] : []));
  const environment = { ...process.env, ...Object.fromEntries(own) };
  const { status } = spawnSync(process.execPath, vitest, { cwd: root, stdio: 'inherit', env: environment });
  process.exitCode = status ?? 1;
}
