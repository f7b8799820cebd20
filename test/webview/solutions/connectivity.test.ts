import { describe, expect, test } from 'vitest';
import type { Connection } from '../../../src/runtime/results/connectivity.ts';
import { skipReason } from '../support/browser.ts';
import { connectionOf, surfaceOf } from './support/paths.ts';
import { type SolutionsHandlers, type SolutionsPage, sample, solutionsTests } from './support/solutions-page.ts';

/** How many different colours a canvas has. */
const coloursOf = ({ page }: SolutionsPage, selector: string): Promise<number> =>
  page
    .locator(`${selector} canvas`)
    .first()
    .evaluate((canvas: HTMLCanvasElement) => {
      const { data } = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height) ?? {};
      return new Set(new Uint32Array(data?.buffer ?? new ArrayBuffer(0))).size;
    });

describe.skipIf(skipReason)(`paths between solutions${skipReason}`, () => {
  const tests = solutionsTests();

  async function connected(handlers: SolutionsHandlers = {}): Promise<SolutionsPage> {
    const editor = await tests.open(sample, { handlers });
    await editor.openTab('Connectivity');
    await editor.page.getByRole('button', { name: 'Connect 10 Pairs' }).click();
    await editor.page.locator('proto-pairs-table tbody tr').first().waitFor();
    return editor;
  }

  const choosePair = async ({ page }: SolutionsPage, row: number) => {
    await page.locator('proto-pairs-table tbody button').nth(row).click();
    await page.getByRole('slider').waitFor();
  };

  test('are trained with what was chosen, tell how far they are, and can be cancelled', async () => {
    const ends: ((connections: readonly Connection[]) => void)[] = [];
    const editor = await tests.open(sample, {
      handlers: {
        connect: () => new Promise<readonly Connection[]>(resolve => ends.push(resolve)),
        cancel: () => {
          ends[0]?.([connectionOf([0, 1], 21, 40)]);
          return null;
        },
      },
    });
    const { page } = editor;
    await editor.openTab('Connectivity');
    await page.getByRole('spinbutton', { name: 'Budget, evaluations' }).fill('40');
    await page.getByRole('spinbutton', { name: 'Points along t' }).fill('21');
    await page.getByRole('spinbutton', { name: 'Points along t' }).press('Tab');
    await page.getByRole('button', { name: 'Connect 10 Pairs' }).click();
    await expect.poll(() => editor.asked('connect').length).toBe(1);
    const [asked] = editor.asked('connect');
    expect(asked).toMatchObject({ steps: 40, grid: 21 });
    expect(asked?.pairs).toHaveLength(10);
    await editor.send({ type: 'progress', progress: { share: 0.3, message: 'curve 3 of 10' } });
    await page.getByText('30%, curve 3 of 10', { exact: true }).waitFor();
    expect(await page.getByRole('progressbar').getAttribute('aria-valuenow')).toBe('30');
    // From two of them there is a pace.
    await editor.send({ type: 'progress', progress: { share: 0.4, message: 'curve 4 of 10' } });
    await page.getByText(/^40%, curve 4 of 10, .* left$/).waitFor();
    expect(await page.locator('proto-connect-bar vscode-button').first().getAttribute('disabled')).not.toBe(null);
    await page.getByRole('button', { name: 'Cancel' }).click();
    // What has been earned is shown.
    await page.locator('proto-pairs-table tbody tr').first().waitFor();
    expect(await page.locator('proto-pairs-table tbody tr').count()).toBe(1);
    expect(await page.getByRole('progressbar').count()).toBe(0);
  });

  test('are trained between the good solutions of a text, as many as the button says', async () => {
    const solutions = sample.solutions.map((solution, i) => (i === 2 ? { ...solution, correct: 20 } : solution));
    const editor = await tests.open({ ...sample, solutions });
    await editor.openTab('Connectivity');
    await editor.page.getByRole('button', { name: 'Connect 6 Pairs' }).click();
    await expect.poll(() => editor.asked('connect').map(({ pairs }) => pairs.length)).toEqual([6]);
  });

  test('are offered a lower accuracy where no two solutions are good enough, and take it', async () => {
    const solutions = sample.solutions.map(solution => ({ ...solution, correct: 28 }));
    const editor = await tests.open({ ...sample, solutions });
    const { page } = editor;
    await editor.openTab('Connectivity');
    await page.getByText('No two solutions of one text get 99% of their tokens right.').waitFor();
    await page.getByRole('spinbutton', { name: 'Accuracy at least, %' }).fill('80');
    await page.getByRole('spinbutton', { name: 'Accuracy at least, %' }).press('Tab');
    await page.getByRole('button', { name: 'Connect 10 Pairs' }).click();
    await expect.poll(() => editor.asked('connect').map(({ pairs }) => pairs.length)).toEqual([10]);
  });

  test('are trained again with twice the budget where they lose tokens', async () => {
    const lossy = (pair: readonly [number, number], lowestAccuracy: number): Connection => {
      const connection = connectionOf(pair, 21, 500);
      return { ...connection, curve: { ...connection.curve, lowestAccuracy } };
    };
    const editor = await tests.open(sample, { handlers: { connect: () => [lossy([0, 1], 0.9), lossy([0, 2], 1)] } });
    const { page } = editor;
    await editor.openTab('Connectivity');
    await page.getByRole('button', { name: 'Connect 10 Pairs' }).click();
    await page.getByText('Tokens are lost along 1 curve').waitFor();
    await page.getByRole('button', { name: 'Train Again with 1,000 Evaluations' }).click();
    await expect
      .poll(() => editor.asked('connect').at(-1))
      .toEqual({ pairs: [[0, 1]], steps: 1000, grid: 21, retrain: true });
    expect(await page.getByRole('spinbutton', { name: 'Budget, evaluations' }).inputValue()).toBe('1000');
  });

  test('are drawn as medians with bands, in accuracy or loss', async () => {
    const editor = await connected();
    expect(await coloursOf(editor, '.paths')).toBeGreaterThan(20);
    const summary = await editor.page.locator('.paths canvas').getAttribute('aria-label');
    expect(summary).toMatch(/10 pairs; straight line: lowest median accuracy \d+(\.\d)?%; Bézier curve/);
    await editor.page.getByRole('combobox', { name: 'Along t' }).click();
    await editor.page.getByRole('option', { name: 'Loss' }).click();
    const svg = String((await editor.exported('Along the Paths', 'SVG')).content);
    expect(svg).toContain('loss, nats');
    expect(svg).toContain('stroke-dasharray="7 4"');
    const csv = String((await editor.exported('Along the Paths', 'CSV')).content);
    expect(csv.trim().split('\r\n')).toHaveLength(1 + 10 * 21);
  });

  test('stand in a table that any column sorts', async () => {
    const editor = await connected();
    const lowest = Array.from({ length: 10 }, (_, i) => i);
    const head = editor.page.getByRole('button', { name: /^Lowest, line/ });
    const column = async (): Promise<number[]> =>
      (await editor.page.locator('proto-pairs-table tbody tr td:nth-child(2)').allTextContents()).map(
        Number.parseFloat,
      );
    await head.click();
    const ascending = await column();
    expect(ascending).toEqual([...ascending].sort((a, b) => a - b));
    await head.click();
    expect(await column()).toEqual([...ascending].reverse().sort((a, b) => b - a));
    expect(await editor.page.locator('th[aria-sort=descending]').textContent()).toContain('Lowest, line');
    const { content } = await editor.exported('Pairs', 'JSON');
    expect(JSON.parse(String(content))).toHaveLength(lowest.length);
  });

  test('show for one pair what comes out along the way', async () => {
    const editor = await connected();
    await choosePair(editor, 2);
    const { straight, curve } = connectionOf([0, 3], 21, 500);
    const slider = editor.page.getByRole('slider');
    const right = (path: string) => editor.page.locator(`[data-path=${path}] .chip.right`).count();
    for (const [key, k] of [
      ['Home', 0],
      ['ArrowRight', 1],
      ['End', 20],
    ] as const) {
      await slider.press(key);
      for (const [name, path] of Object.entries({ straight, curve }))
        expect(await right(name)).toBe([...(path.predicted[k] ?? [])].filter((id, i) => id === i).length);
    }
    await slider.fill('10');
    const wrong = [...(straight.predicted[10] ?? [])].findIndex((id, i) => id !== i);
    const chip = editor.page.locator('[data-path=straight] .chip').nth(wrong);
    await expect.poll(() => chip.getAttribute('data-guess')).toBe(`·sea${wrong}`);
    expect(await slider.getAttribute('aria-valuetext')).toContain('t = 0.5');
    // Dragging in the plot moves along the path too.
    const box = await editor.page.locator('proto-chart.along').boundingBox();
    if (!box) throw new Error('The plot is not there.');
    await editor.page.mouse.move(box.x + box.width / 2, box.y + 120);
    await editor.page.mouse.down();
    await editor.page.mouse.move(box.x + box.width - 30, box.y + 120);
    await editor.page.mouse.up();
    expect(Number(await slider.inputValue())).toBeGreaterThan(17);
  });

  test('lie on a surface that is computed when it is asked for, with the time left', async () => {
    let finish = (): void => undefined;
    const computed = new Promise<void>(resolve => {
      finish = resolve;
    });
    const editor = await connected({ surface: () => computed.then(surfaceOf) });
    await choosePair(editor, 0);
    expect(editor.analysed('lossSurface')).toEqual([]);
    await editor.page.getByRole('button', { name: 'Loss Surface' }).click();
    const surface = editor.page.locator('proto-surface');
    await surface.getByText('Computing the loss on the plane …').waitFor();
    for (const share of [0.1, 0.2]) await editor.send({ type: 'analysing', name: 'lossSurface', share });
    await surface.getByText(/ left$/).waitFor();
    finish();
    await editor.page.locator('proto-surface .map').waitFor();
    expect(editor.analysed('lossSurface')).toEqual([{ pair: { first: 0, second: 1 } }]);
    expect(await coloursOf(editor, 'proto-surface')).toBeGreaterThan(50);
    const map = editor.page.locator('proto-surface .map');
    await map.press('ArrowDown');
    const { nll, x, y } = surfaceOf();
    // The second row from the top is the last but one along the axis that grows upwards.
    const index = (y.length - 2) * x.length;
    const said = await editor.page.locator('proto-surface .readout').textContent();
    expect(said).toContain(`${Number((nll[index] ?? 0).toPrecision(3))} nats`);
    const csv = String((await editor.exported('Loss Surface', 'CSV')).content);
    expect(csv.trim().split('\r\n')).toHaveLength(1 + nll.length);
  });
});
