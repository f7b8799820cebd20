import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, test } from 'vitest';
import type { JobDocument, PanelDocument } from '../../src/views/protocol.ts';
import { launch, type Site, serve } from './support/browser.ts';
import { recordedHandlers } from './support/handlers.ts';
import { PanelPage } from './support/panel-page.ts';
import { type Recording, record, sampleText } from './support/recording.ts';
import { type ThemeName, themes } from './support/themes.ts';

/** Pictures to look at, not to compare: SCREENSHOTS names a folder for them, else there are none. */
const folder = process.env.SCREENSHOTS;

describe.skipIf(!folder)('pictures of the panel', () => {
  let recording: Recording;
  let browser: Browser;
  let site: Site;

  beforeAll(async () => {
    recording = await record(sampleText, 64);
    browser = await launch();
    site = await serve();
  });

  afterAll(async () => {
    await browser?.close();
    site?.close();
  });

  const open = (document: PanelDocument, theme: ThemeName, width: number) =>
    PanelPage.open(browser, site.address, document, { theme, width, handlers: recordedHandlers(recording) });

  const take = async (panel: PanelPage, name: string) => {
    const { width } = panel.page.viewportSize() ?? { width: 900 };
    const height = await panel.page.evaluate(() => document.documentElement.scrollHeight);
    // A view as tall as the page, so that what is filled only in sight is filled.
    await panel.page.setViewportSize({ width, height: Math.max(500, height) });
    await panel.page.waitForTimeout(700);
    await panel.page.screenshot({ path: join(folder ?? '', `${name}.png`) });
    await panel.page.setViewportSize({ width, height: 700 });
  };

  const choose = async (panel: PanelPage, name: string, value: string) => {
    await panel.page.getByRole('combobox', { name }).click();
    await panel.page.getByRole('option', { name: value }).click();
  };

  const running = (): JobDocument => ({
    ...recording.job,
    moments: recording.job.moments.slice(0, Math.ceil(recording.job.moments.length * 0.3)),
    result: null,
  });
  const finished = (): JobDocument => ({ ...recording.job, status: 'finished' });

  describe.each(Object.keys(themes) as ThemeName[])('in %s', theme => {
    test.each([400, 900, 1200])('at %i pixels', async width => {
      const job = await open(running(), theme, width);
      await job.page.locator('.chip.wrong[data-index]').first().hover();
      await take(job, `${theme}-${width}-tokens-running`);
      await job.page.close();

      const end = await open(finished(), theme, width);
      await end.page.locator('.chip.wrong[data-index]').first().hover();
      await take(end, `${theme}-${width}-tokens`);
      for (const [name, value] of [
        ['Colour by', 'Margin'],
        ['Colour by', 'Probability'],
        ['Colour by', 'Learned for good'],
        ['Colour by', 'Surprisal'],
        ['Sort by', 'Surprisal'],
      ] as const) {
        await choose(end, name, value);
        await take(
          end,
          `${theme}-${width}-tokens-${name.slice(0, 4).toLowerCase()}-${value.toLowerCase().slice(0, 7)}`,
        );
      }
      await end.page.getByRole('searchbox').fill('the');
      await end.page.getByRole('searchbox').press('Enter');
      await take(end, `${theme}-${width}-tokens-search`);
      for (const tab of ['Training', 'Result']) {
        await end.page.getByRole('tab', { name: tab }).click();
        await take(end, `${theme}-${width}-${tab.toLowerCase()}`);
      }
      await end.page.getByRole('tab', { name: 'Training' }).click();
      await end.page.getByRole('slider').press('PageDown');
      for (let i = 0; i < 6; i++) await end.page.getByRole('slider').press('PageDown');
      await take(end, `${theme}-${width}-scrubbed`);
      await end.page.close();

      const file = await open(recording.file, theme, width);
      await take(file, `${theme}-${width}-file-overview`);
      await file.page.getByRole('tab', { name: 'Vectors' }).click();
      await take(file, `${theme}-${width}-file-vectors`);
      await file.page.getByRole('tab', { name: 'Tokens' }).click();
      await take(file, `${theme}-${width}-file-waiting`);
      await file.send({
        type: 'contents',
        contents: null,
        problem: 'The file was made with demo-model, and gpt2 is selected.',
      });
      await take(file, `${theme}-${width}-file-problem`);
      await file.page.close();
    });
  });

  test('of a foreign file', async () => {
    const problem = 'This is not a Proto-Tokens file: it looks like a Protocol Buffers schema.';
    const page = await open(
      { kind: 'foreign', name: 'schema.proto', problem, offers: ['openAsText', 'retry'] },
      'light',
      900,
    );
    await take(page, 'foreign');
    await page.page.close();
  });
});
