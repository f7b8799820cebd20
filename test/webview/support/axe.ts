import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { AxeResults, RunOptions } from 'axe-core';
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
  if (!(await panel.page.evaluate(() => 'axe' in window))) await panel.page.evaluate(axe);
  // Of what passes only the names of the rules are wanted: to find and hand over all of its places takes as long as to look.
  const { violations: found, passed } = await panel.page.evaluate(async () => {
    const { run } = (window as unknown as { axe: { run(options: RunOptions): Promise<AxeResults> } }).axe;
    const { violations, passes } = await run({ resultTypes: ['violations'] });
    return { violations, passed: passes.map(({ id }) => id) };
  });
  // It has looked at colours, and so into the shadow trees: there is no text elsewhere.
  expect(passed).toContain('color-contrast');
  // It tries to put a style into the page, which the policy forbids.
  await panel.forget();
  return found
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${id} at ${target}: ${failureSummary}`));
}
