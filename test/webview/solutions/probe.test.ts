import { describe, expect, test } from 'vitest';
import { skipReason } from '../support/browser.ts';
import { probeOf } from './support/paths.ts';
import { sample, solutionsTests } from './support/solutions-page.ts';

describe.skipIf(skipReason)(`the list of solutions${skipReason}`, () => {
  const tests = solutionsTests();

  test('has all solutions, and their texts', async () => {
    const editor = await tests.open();
    await editor.openTab('Solutions');
    expect(await editor.page.locator('tbody tr').count()).toBe(sample.solutions.length);
    const cells = await editor.page.locator('tbody tr').nth(7).locator('td').allTextContents();
    const { seed, steps } = sample.solutions[7] ?? { seed: -1, steps: -1 };
    expect(cells).toEqual([String(seed), String(steps), '32 of 32']);
    for (const { text } of sample.texts) expect(await editor.page.getByText(text).count()).toBeGreaterThan(0);
    const csv = String((await editor.exported('Solutions', 'CSV')).content);
    expect(csv.trim().split('\r\n')).toHaveLength(sample.solutions.length + 1);
  });

  test('leads to what the vectors of one of them hold', async () => {
    const editor = await tests.open();
    const { page } = editor;
    await editor.openTab('Solutions');
    await page.locator('tbody button').nth(3).click();
    expect(editor.analysed('probe')).toEqual([]);
    await page.getByRole('button', { name: 'Probe', exact: true }).click();
    await page.locator('proto-probe .map').waitFor();
    expect(editor.analysed('probe')).toEqual([{ options: { index: 3 } }]);
    const probe = probeOf(3);
    expect(await page.locator('.norms canvas').getAttribute('aria-label')).toContain('e: 21.3, m: 14.1');
    expect(await page.locator('proto-nearest tbody tr').count()).toBe(10);
    await page.getByText(probe.continuations[0]?.text ?? '?', { exact: true }).waitFor();
    const map = page.locator('proto-probe .map');
    await map.press('ArrowDown');
    await map.press('ArrowRight');
    const { byPosition, positions } = probe.attention;
    const share = Math.round((byPosition[positions.length + 1] ?? 0) * 1000) / 10;
    // The second column is the output at input position 2, the third for a person.
    expect(await page.locator('proto-probe .readout').textContent()).toBe(
      `Layer 1, head 2, position 3: ${share}% of its attention goes to e`,
    );
    const rows = String((await editor.exported('Attention to e', 'CSV')).content)
      .trim()
      .split('\r\n');
    expect(rows).toHaveLength(byPosition.length + 1);
    expect(rows[1]).toMatch(/^1,1,2,/);
    expect(rows.at(-1)).toMatch(/^6,4,32,/);
    // Another solution has other vectors.
    await page.locator('tbody button').nth(4).click();
    await page.getByRole('button', { name: 'Probe', exact: true }).waitFor();
    expect(await page.locator('proto-probe .map').count()).toBe(0);
  });

  test('says why a probe failed', async () => {
    const editor = await tests.open(sample, {
      handlers: {
        probe: () => {
          throw new Error('The file was made with another model.');
        },
      },
    });
    await editor.openTab('Solutions');
    await editor.page.locator('tbody button').first().click();
    await editor.page.getByRole('button', { name: 'Probe', exact: true }).click();
    await editor.page.getByText('The file was made with another model.').waitFor();
    await editor.page.getByRole('button', { name: 'Retry' }).click();
    await expect.poll(() => editor.analysed('probe').length).toBe(2);
  });
});
