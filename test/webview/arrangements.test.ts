import { describe, expect, test } from 'vitest';
import { seriousFindings } from './support/axe.ts';
import { skipReason } from './support/browser.ts';
import type { PanelPage } from './support/panel-page.ts';
import { panelTests } from './support/setup.ts';
import { type ThemeName, themes } from './support/themes.ts';

describe.skipIf(skipReason)(`the picker of arrangements${skipReason}`, () => {
  const tests = panelTests();

  async function open(theme: ThemeName = 'dark', width = 900): Promise<PanelPage> {
    const { job } = tests.recording();
    const choices = { ...job.choices, arrangement: 'e-m-repeated' };
    const panel = await tests.open({ ...job, status: 'finished', choices }, { theme, width });
    await panel.send({ type: 'chooseArrangement' });
    await panel.page.getByRole('dialog').waitFor();
    return panel;
  }

  test('is walked through and answered by keyboard', async () => {
    const panel = await open();
    const { page } = panel;
    const focused = () => page.locator('input[type=radio]:focus').getAttribute('value');
    expect(await focused()).toBe('e-m-repeated');
    // The run's own arrangement would give the same result once more.
    await page.keyboard.press('Enter');
    expect(panel.asked('tryArrangement')).toEqual([]);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    expect(await focused()).toBe('e-m-alternating');
    await page.keyboard.press('Enter');
    await expect.poll(() => panel.asked('tryArrangement')).toEqual([{ arrangement: 'e-m-alternating' }]);
    expect(await page.getByRole('dialog').count()).toBe(0);
  });

  test('is left with Escape, and opens again', async () => {
    const panel = await open();
    await panel.page.keyboard.press('Escape');
    await expect.poll(() => panel.page.getByRole('dialog').count()).toBe(0);
    await panel.send({ type: 'chooseArrangement' });
    await panel.page.getByRole('dialog').waitFor();
    expect(panel.asked('tryArrangement')).toEqual([]);
  });

  test('draws each arrangement as it is: what stands at each position, and which outputs emit a token', async () => {
    const { page } = await open();
    const drawn = await page
      .locator('proto-arrangement-picker label')
      .evaluateAll(labels =>
        labels.map(label => [
          label.querySelector('input')?.value,
          [...label.querySelectorAll('svg text:not(.token)')].map(text => text.textContent).join(''),
          label.querySelectorAll('svg .arrow').length,
        ]),
      );
    expect(drawn).toEqual([
      ['e-m-repeated', 'emmmmm', 6],
      ['e-unguided-m-repeated', 'emmmmmm', 6],
      ['e-m-alternating', 'ememem', 6],
      ['e-half-m-half', 'eeemmm', 6],
      ['e-repeated', 'eeeeee', 6],
    ]);
  });

  test.each(Object.keys(themes) as ThemeName[])('is accessible in the theme %s', async theme => {
    expect(await seriousFindings(await open(theme, 420))).toEqual([]);
  });
});
