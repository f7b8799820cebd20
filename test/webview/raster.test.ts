import { describe, expect, test } from 'vitest';
import { seriousFindings } from './support/axe.ts';
import { skipReason } from './support/browser.ts';
import type { PanelPage } from './support/panel-page.ts';
import { panelTests } from './support/setup.ts';
import * as small from './support/small-job.ts';
import { type ThemeName, themes } from './support/themes.ts';

interface Charts {
  valueAt(clientX: number): number | undefined;
}

/** Of the raster: its plot, and the middle of a token's row at an evaluation. */
async function plotOf(panel: PanelPage) {
  const box = await panel.page.locator('proto-raster canvas').boundingBox();
  if (!box) throw new Error('The raster has no place.');
  const [left, right, top, bottom] = [box.x + 58, box.x + box.width - 22, box.y + 4, box.y + box.height - 34];
  const at = (evaluation: number, row: number, [from, to] = [0, 40]): readonly [number, number] => [
    left + ((evaluation - from) / (to - from)) * (right - left),
    top + ((row + 0.5) / small.smallTokens.length) * (bottom - top),
  ];
  return { left, right, top, bottom, at };
}

describe.skipIf(skipReason)(`the raster of tokens over the training${skipReason}`, () => {
  const tests = panelTests();

  async function openRaster(theme: ThemeName = 'dark'): Promise<PanelPage> {
    const handlers = small.smallAnswers;
    const panel = await tests.open(small.smallJob(tests.recording().job), { handlers, theme, height: 1000 });
    await panel.page.getByRole('tab', { name: 'Training' }).click();
    await panel.page.locator('proto-raster canvas').waitFor();
    await panel.page.locator('proto-tokens[compact] .chip').first().waitFor();
    await panel.page.locator('proto-raster').scrollIntoViewIfNeeded();
    return panel;
  }

  const tip = (panel: PanelPage) => panel.page.locator('proto-raster .tip');
  const range = (panel: PanelPage) => panel.page.locator('proto-zoom-area .zoom [role="status"]');
  const pointed = (panel: PanelPage) => panel.page.locator('proto-tokens[compact] .chip.pointed');

  test('names token, evaluation and probability under the pointer, and points at the token everywhere', async () => {
    const panel = await openRaster();
    const { at } = await plotOf(panel);
    // Between the moments at 30 and 40 the later one is drawn.
    await panel.page.mouse.move(...at(36, 4));
    await expect.poll(() => tip(panel).textContent()).toBe('token 5, “s”: evaluation 40, wrong, probability 1.6%');
    await expect.poll(() => pointed(panel).getAttribute('data-index')).toBe('4');
    expect(panel.asked('hoverToken').at(-1)).toEqual({ index: 4 });
    await panel.page.mouse.move(...at(15, 0));
    await expect.poll(() => tip(panel).textContent()).toBe('token 1, “Sea”: evaluation 20, right, probability 6.3%');
    await panel.page.mouse.move(10, 10);
    await tip(panel).waitFor({ state: 'hidden' });
    expect(panel.asked('hoverToken').at(-1)).toEqual({ index: null });
    // Also the other way round: a token of the text frames its row.
    await panel.page.locator('proto-tokens[compact] .chip[data-index="2"]').hover();
    await panel.page.locator('proto-raster .row-frame').waitFor();
  });

  test('chooses the moment and shows the token in its editor with a click, and only the moment when dragged', async () => {
    const panel = await openRaster();
    const { at } = await plotOf(panel);
    const shown = () => panel.page.getByRole('slider').getAttribute('aria-valuenow');
    await panel.page.mouse.click(...at(18, 3));
    await expect.poll(() => panel.asked('revealToken')).toEqual([{ index: 3 }]);
    expect(await shown()).toBe('2');
    await panel.page.mouse.move(...at(18, 3));
    await panel.page.mouse.down();
    await panel.page.mouse.move(...at(6, 5), { steps: 4 });
    await panel.page.mouse.up();
    await expect.poll(shown).toBe('1');
    expect(panel.asked('revealToken')).toHaveLength(1);
  });

  test('is read by the keyboard: tokens up and down, moments left and right', async () => {
    const panel = await openRaster();
    const slider = panel.page.getByRole('slider');
    await slider.press('ArrowDown');
    await slider.press('ArrowDown');
    await slider.press('ArrowLeft');
    const text = () => slider.getAttribute('aria-valuetext');
    await expect.poll(text).toBe('token 2, “·”: evaluation 30, right, probability 6.3%; evaluation 30, 4 of 7 tokens');
    await slider.press('Enter');
    await expect.poll(() => panel.asked('revealToken')).toEqual([{ index: 1 }]);
    expect(await slider.evaluate(element => element.matches(':focus'))).toBe(true);
    await slider.press('Escape');
    await tip(panel).waitFor({ state: 'hidden' });
  });

  test('sorts its rows by when they were learned', async () => {
    const panel = await openRaster();
    await panel.page.getByRole('combobox', { name: 'Rows' }).click();
    await panel.page.getByRole('option', { name: 'Time learned' }).click();
    const { at } = await plotOf(panel);
    const seen: string[] = [];
    for (let row = 0; row < small.smallTokens.length; row++) {
      await panel.page.mouse.move(...at(39, row));
      await expect.poll(() => tip(panel).isVisible()).toBe(true);
      await expect.poll(() => tip(panel).textContent()).not.toBe(seen.at(-1));
      seen.push((await tip(panel).textContent()) ?? '');
    }
    // Learned at 10, 20, 30, 30, 40, and two never.
    expect(seen.map(text => Number(text.match(/token (\d+)/)?.[1]))).toEqual([1, 3, 2, 4, 6, 5, 7]);
  });

  test('stands in line with the charts above it, also when zoomed', async () => {
    const panel = await openRaster();
    const inLine = async (from: number, to: number) => {
      const { left, right } = await plotOf(panel);
      for (const name of ['loss', 'accuracy'])
        for (const [x, value] of [
          [left, from],
          [right, to],
        ] as const)
          expect(
            await panel.page
              .locator(`.${name} proto-chart`)
              .evaluate((chart, place) => (chart as unknown as Charts).valueAt(place), x),
          ).toBeCloseTo(value, 3);
    };
    await inLine(0, 40);
    await panel.page.getByRole('button', { name: 'Zoom In' }).click();
    await expect.poll(() => range(panel).textContent()).toContain('Evaluations 10 to 30 of 40');
    await inLine(10, 30);
  });

  test('zooms all charts to a range that is dragged over one of them, and back', async () => {
    const panel = await openRaster();
    const { at } = await plotOf(panel);
    const chart = await panel.page.locator('.accuracy proto-chart').boundingBox();
    const drag = async (from: number, to: number, y: number) => {
      await panel.page.mouse.move(at(from, 0)[0], y);
      await panel.page.mouse.down();
      await panel.page.mouse.move(at(to, 0)[0], y, { steps: 3 });
      await panel.page.mouse.up();
    };
    await drag(30, 20, (chart?.y ?? 0) + 60);
    await expect.poll(() => range(panel).textContent()).toContain('Evaluations 20 to 30 of 40');
    // Within the zoomed range the same place stands for another evaluation.
    await panel.page.mouse.move(...at(25, 0, [20, 30]));
    await expect.poll(() => tip(panel).textContent()).toContain('evaluation 30');
    await panel.page.locator('.accuracy proto-chart').dblclick();
    await expect.poll(() => range(panel).textContent()).toContain('All evaluations, 0 to 40');
    // With Shift over the raster itself, which does not move the moment then.
    const before = await panel.page.getByRole('slider').getAttribute('aria-valuenow');
    await panel.page.keyboard.down('Shift');
    await drag(10, 20, at(0, 3)[1]);
    await panel.page.keyboard.up('Shift');
    await expect.poll(() => range(panel).textContent()).toContain('Evaluations 10 to 20 of 40');
    expect(await panel.page.getByRole('slider').getAttribute('aria-valuenow')).toBe(before);
  });

  test('is zoomed by plus, minus, 0 and Escape, follows the moment, and stays zoomed after a reload', async () => {
    const panel = await openRaster();
    const slider = panel.page.getByRole('slider');
    await slider.press('Home');
    await slider.press('ArrowRight');
    await slider.press('+');
    await expect.poll(() => range(panel).textContent()).toContain('Evaluations 5 to 25 of 40');
    await slider.press('End');
    await slider.press('ArrowLeft');
    await expect.poll(() => range(panel).textContent()).toContain('Evaluations 20 to 40 of 40');
    await slider.press('-');
    await expect.poll(() => range(panel).textContent()).toContain('All evaluations');
    await slider.press('+');
    await slider.press('0');
    await expect.poll(() => range(panel).textContent()).toContain('All evaluations');
    await slider.press('+');
    await slider.press('Escape');
    await expect.poll(() => range(panel).textContent()).toContain('All evaluations');
    expect(await slider.getAttribute('aria-valuenow')).toBe('3');
    await slider.press('+');
    const zoomed = await range(panel).textContent();
    await panel.page.reload();
    await panel.page.locator('proto-raster canvas').waitFor();
    await expect.poll(() => range(panel).textContent()).toBe(zoomed);
  });

  test('keeps the text at the moment in view while the page is scrolled', async () => {
    const panel = await openRaster();
    await panel.page.setViewportSize({ width: 400, height: 500 });
    await panel.page.evaluate(() => window.scrollTo({ top: 0, behavior: 'instant' }));
    const box = () => panel.page.locator('section.moment').boundingBox();
    const bottom = async () => Math.round(((await box())?.y ?? 0) + ((await box())?.height ?? 0));
    await expect.poll(bottom).toBe(500);
    await panel.page.evaluate(() => window.scrollTo({ top: 300, behavior: 'instant' }));
    await expect.poll(bottom).toBe(500);
    expect((await box())?.height).toBeLessThan(250);
  });

  test.each(Object.keys(themes) as ThemeName[])('can be read by everybody in the theme %s', async theme => {
    const panel = await openRaster(theme);
    const slider = panel.page.getByRole('slider');
    await slider.press('ArrowDown');
    await tip(panel).waitFor();
    await slider.press('+');
    await expect.poll(() => range(panel).textContent()).toContain('Evaluations 10 to 30 of 40');
    expect(await seriousFindings(panel), theme).toEqual([]);
  });
});
