import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import { describe, expect, test } from 'vitest';
import type { PanelDocument } from '../../src/views/protocol.ts';
import { skipReason } from './support/browser.ts';
import type { PanelPage } from './support/panel-page.ts';
import { panelTests } from './support/setup.ts';
import { type ThemeName, themes } from './support/themes.ts';

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe finds serious or critical, one line for each place. */
async function violations(panel: PanelPage): Promise<string[]> {
  expect([await panel.violations(), panel.errors]).toEqual([[], []]);
  await panel.page.evaluate(axe);
  const { violations: found, passes } = await panel.page.evaluate(() =>
    (window as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run(),
  );
  // It has looked: into the shadow trees, and at colours.
  expect(passes.map(({ id }) => id)).toEqual(expect.arrayContaining(['color-contrast', 'aria-required-attr']));
  // It tries to put a style into the page, which the policy forbids.
  await panel.forget();
  return found
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${id} at ${target}: ${failureSummary}`));
}

describe.skipIf(skipReason)(`accessibility of the panel${skipReason}`, () => {
  const tests = panelTests();
  const names = Object.keys(themes) as ThemeName[];

  async function check(document: PanelDocument, theme: ThemeName, tabs: readonly string[]): Promise<PanelPage> {
    const panel = await tests.open(document, { theme });
    for (const name of tabs) {
      await panel.page.getByRole('tab', { name }).click();
      await panel.page.waitForTimeout(300);
      expect(await violations(panel), `${name} in ${theme}`).toEqual([]);
    }
    return panel;
  }

  test.each(names)('of a job in the theme %s', async theme => {
    const { job } = tests.recording();
    const panel = await check({ ...job, status: 'finished' }, theme, ['Training', 'Result', 'Tokens']);
    await panel.page.locator('.chip.wrong[data-index]').first().hover();
    await panel.page.locator('proto-token-card proto-probability-bar').first().waitFor();
    expect(await violations(panel), `card in ${theme}`).toEqual([]);
  });

  test.each(names)('of a file in the theme %s', async theme => {
    const panel = await check(tests.recording().file, theme, ['Overview', 'Vectors', 'Tokens']);
    await panel.send({ type: 'contents', contents: null, problem: 'Another model.' });
    await panel.page.getByText('Another model.').waitFor();
    expect(await violations(panel), `problem in ${theme}`).toEqual([]);
  });

  test('with colours forced by the system', async () => {
    const { job } = tests.recording();
    const panel = await tests.open({ ...job, status: 'finished' });
    await panel.page.emulateMedia({ forcedColors: 'active' });
    const style = (name: string) =>
      panel.page
        .locator(`.field .chip.${name}`)
        .first()
        .evaluate(chip => getComputedStyle(chip).borderTopStyle);
    expect(await style('wrong')).toBe('dashed');
    expect(await style('right')).toBe('solid');
  });
});
