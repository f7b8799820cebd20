import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { seriousFindings } from '../support/axe.ts';
import { skipReason } from '../support/browser.ts';
import { type ThemeName, themes } from '../support/themes.ts';
import { experimentTests } from './support/experiment-page.ts';
import { document, documents, reportWith } from './support/sample.ts';

const { starting = document, complete = document, stopped = document, failed = document } = documents;

describe.skipIf(skipReason)(`the page of an experiment${skipReason}`, () => {
  const tests = experimentTests();

  test('fills as cells end, and says how far it is', async () => {
    const open = await tests.open(starting);
    expect(await open.far()).toBe('starting ...');
    await open.send({ type: 'standing', standing: { ...starting.standing, waiting: 'waiting for another model' } });
    await expect.poll(() => open.far()).toBe('waiting for another model');
    await open.send({ type: 'show', document });
    await open.page.locator('proto-experiment-figure svg').waitFor();
    expect(await open.far()).toBe('6 of 16 cells · 1,234 evaluations · 6 cells per minute · about 1:40 left');
    const { standing } = document;
    const slow = standing.progress && { ...standing.progress, cellsPerMinute: 1 };
    await open.send({ type: 'standing', standing: { ...standing, progress: slow } });
    await expect.poll(() => open.far()).toContain(' · 1 cell per minute · ');
    expect(await open.rows(1)).toEqual([
      ['[e]×N', '1.00±0.00', '1.00±0.00', '-', '-'],
      ['[e][m]×(N-1)', '1.00±0.00', '-', '-', '-'],
    ]);
    const description = open.page.locator('proto-experiment-figure svg desc');
    expect(await description.textContent()).toContain('[e]×N: accuracy 1 at 1 to 0.8 at 2 (tokens of the text)');
    await open.send({ type: 'show', document: complete });
    await expect.poll(() => open.rows(1).then(([, last]) => last?.at(-1))).toBe('1.00±0.00');
    expect(await open.far()).toBe('16 of 16 cells · 1 failed');
    expect(await open.page.locator('.failed tbody').textContent()).toMatch(/text 2, 8 tokens.*the model has 4/s);
    expect(await open.page.locator('.badge').textContent()).toContain('complete');
  });

  test('offers what can be done: cancel, continue, report', async () => {
    const open = await tests.open(document);
    await open.button('cancel').click();
    await open.send({ type: 'standing', standing: { ...document.standing, status: 'cancelling' } });
    await open.button('cancel').waitFor({ state: 'detached' });
    await open.send({ type: 'show', document: stopped });
    await open.button('continue').focus();
    await open.page.keyboard.press('Enter');
    await open.button('openReport').click();
    await expect
      .poll(() => open.asked('act').map(({ action }) => action))
      .toEqual(['cancel', 'continue', 'openReport']);
    await open.send({ type: 'show', document: failed });
    await open.page.getByRole('alert').getByText('restore them').waitFor();
  });

  test('exports its figures as PNG, SVG and numbers, its tables as numbers', async () => {
    const open = await tests.open(complete);
    const figure = open.page.getByRole('group', { name: 'Export Accuracy by length' });
    for (const format of ['PNG', 'SVG', 'CSV']) await figure.getByText(format).click();
    await open.page.locator('.table-1').getByText('CSV').click();
    await expect.poll(() => open.asked('exportFile').length).toBe(4);
    const files = new Map(open.asked('exportFile').map(({ name, content }) => [name, content]));
    expect([...files.keys()].sort()).toEqual(['accuracy.csv', 'accuracy.png', 'accuracy.svg', 'table-1.csv']);
    const png = files.get('accuracy.png');
    expect(typeof png === 'object' && Buffer.from(png).toString('latin1', 1, 4)).toBe('PNG');
    expect(files.get('accuracy.svg')).toMatch(/^<svg .*prefers-color-scheme:dark/s);
    expect(files.get('table-1.csv')).toContain('[e]×N,1.00±0.00');
  });

  test('is shown again by the folder that it kept of itself', async () => {
    const open = await tests.open(document);
    expect(await open.page.evaluate(() => globalThis.acquireVsCodeApi().getState())).toMatchObject({
      out: document.out,
    });
  });

  test.each(Object.keys(themes) as ThemeName[])('has nothing serious in the theme %s', async theme => {
    const open = await tests.open({ ...document, report: reportWith(10) }, { theme });
    expect(await seriousFindings(open)).toEqual([]);
    await open.send({ type: 'show', document: { ...failed, report: null } });
    await open.page.getByRole('alert').waitFor();
    expect(await seriousFindings(open)).toEqual([]);
  });
});

/** Pictures to look at, not to compare: SCREENSHOTS names a folder for them, else there are none. */
const folder = process.env.SCREENSHOTS;

describe.skipIf(!folder)('pictures of the page of an experiment', () => {
  const tests = experimentTests();

  test.each(Object.keys(themes) as ThemeName[])('in %s', async theme => {
    for (const width of [420, 1300])
      for (const [name, shown] of Object.entries(documents)) {
        const open = await tests.open(shown, { theme, width });
        await open.page.screenshot({ path: join(folder ?? '', `${theme}-${width}-${name}.png`), fullPage: true });
      }
  });
});
