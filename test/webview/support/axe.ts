import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** A page that counts what breaks its policy and what it writes to the console. */
export interface CheckedPage {
  readonly page: Page;
  readonly errors: readonly string[];
  violations(): Promise<string[]>;
  forget(): Promise<void>;
}

/** What axe finds serious or critical, one line for each place. */
export async function seriousFindings(panel: CheckedPage): Promise<string[]> {
  expect([await panel.violations(), panel.errors]).toEqual([[], []]);
  await panel.page.evaluate(axe);
  const { violations: found, passes } = await panel.page.evaluate(() =>
    (window as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run(),
  );
  // It has looked at colours, and so into the shadow trees: there is no text elsewhere.
  expect(passes.map(({ id }) => id)).toContain('color-contrast');
  // It tries to put a style into the page, which the policy forbids.
  await panel.forget();
  return found
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${id} at ${target}: ${failureSummary}`));
}
