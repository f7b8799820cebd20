import { readdirSync } from 'node:fs';
import { format } from 'node:util';
import { build } from 'esbuild';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { useVsCode } from '../e2e/harness/session.ts';
import { inRepository } from '../support/paths.ts';

const bundles = inRepository('test/e2e/.cache/host');
let finish: (code: number) => void = () => undefined;
const finished = new Promise<number>(resolve => {
  finish = resolve;
});

/** VS Code hands what tests print, and their result, to two functions of the page. Mocha indents, it does not. */
async function listen(page: Page): Promise<void> {
  await page.exposeFunction('codeAutomationLog', (_: string, given: unknown[]) => {
    const line = format(...given);
    if (/^(\s|$)/.test(line)) process.stdout.write(`${line}\n`);
  });
  await page.exposeFunction('codeAutomationExit', (code: number) => finish(code));
}

await build({
  entryPoints: readdirSync(inRepository('test/host'))
    .filter(name => name === 'main.ts' || name.endsWith('.spec.ts'))
    .map(name => inRepository(`test/host/${name}`)),
  outdir: bundles,
  outExtension: { '.js': '.cjs' },
  bundle: true,
  platform: 'node',
  target: 'node20',
  external: ['vscode', 'mocha'],
  sourcemap: 'inline',
  logLevel: 'warning',
});
useVsCode({
  files: { 'notes.txt': 'The lamp burned all night.\n' },
  notInstalled: true,
  extension: inRepository('.'),
  tests: `${bundles}/main.cjs`,
  prepare: listen,
});

test('in the extension host', { timeout: 1_800_000 }, async () => {
  expect(await finished).toBe(0);
});
