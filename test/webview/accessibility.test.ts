import { describe, expect, test } from 'vitest';
import type { PanelDocument } from '../../src/views/protocol.ts';
import { seriousFindings } from './support/axe.ts';
import { skipReason } from './support/browser.ts';
import type { PanelPage } from './support/panel-page.ts';
import { panelTests } from './support/setup.ts';
import { type ThemeName, themes } from './support/themes.ts';

describe.skipIf(skipReason)(`accessibility of the panel${skipReason}`, () => {
  const tests = panelTests();
  const names = Object.keys(themes) as ThemeName[];

  async function check(document: PanelDocument, theme: ThemeName, tabs: readonly string[]): Promise<PanelPage> {
    const panel = await tests.open(document, { theme });
    for (const name of tabs) {
      await panel.page.getByRole('tab', { name }).click();
      await panel.page.waitForTimeout(300);
      expect(await seriousFindings(panel), `${name} in ${theme}`).toEqual([]);
    }
    return panel;
  }

  test.each(names)('of a job in the theme %s', async theme => {
    const { job } = tests.recording();
    const panel = await check({ ...job, status: 'finished' }, theme, ['Training', 'Result', 'Tokens']);
    await panel.page.locator('.chip.wrong[data-index]').first().hover();
    await panel.page.locator('proto-token-card proto-probability-bar').first().waitFor();
    expect(await seriousFindings(panel), `card in ${theme}`).toEqual([]);
  });

  test.each(names)('of a file in the theme %s', async theme => {
    const panel = await check(tests.recording().file, theme, ['Overview', 'Vectors', 'Tokens']);
    await panel.send({ type: 'contents', contents: null, problem: 'Another model.' });
    await panel.page.getByText('Another model.').waitFor();
    expect(await seriousFindings(panel), `problem in ${theme}`).toEqual([]);
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
