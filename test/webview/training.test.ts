import { describe, expect, test } from 'vitest';
import { skipReason } from './support/browser.ts';
import type { PanelPage } from './support/panel-page.ts';
import { jobAt, panelTests } from './support/setup.ts';

/** The pixels of a canvas, read from a copy so that the panel's own is not slowed down. */
function pixels(panel: PanelPage, selector: string): Promise<number[]> {
  return panel.page.locator(`${selector} canvas`).evaluate((canvas: HTMLCanvasElement) => {
    const copy = document.createElement('canvas');
    copy.width = canvas.width;
    copy.height = canvas.height;
    const context = copy.getContext('2d', { willReadFrequently: true });
    context?.drawImage(canvas, 0, 0);
    const { data } = context?.getImageData(0, 0, canvas.width, canvas.height) ?? { data: new Uint8ClampedArray(4) };
    return [...new Set(new Uint32Array(data.buffer))];
  });
}

const pngSignature = '89504e470d0a1a0a';

describe.skipIf(skipReason)(`the pictures of a training${skipReason}`, () => {
  const tests = panelTests();

  async function openTraining(share = 1): Promise<PanelPage> {
    const panel = await tests.open(jobAt(tests.recording(), share));
    await panel.page.getByRole('tab', { name: 'Training' }).click();
    await panel.page.locator('proto-raster canvas').waitFor();
    await panel.page.locator('proto-tokens[compact] .chip').first().waitFor();
    return panel;
  }

  async function exported(panel: PanelPage, group: string, format: string) {
    const before = panel.asked('exportFile').length;
    await panel.page.getByRole('group', { name: group }).getByRole('button', { name: format }).click();
    await expect.poll(() => panel.asked('exportFile').length).toBe(before + 1);
    const file = panel.asked('exportFile').at(-1);
    if (!file) throw new Error('Nothing was exported.');
    return file;
  }

  test('are not blank, and move on with the moments', async () => {
    const { job } = tests.recording();
    const panel = await openTraining(0.5);
    for (const selector of ['.loss', '.accuracy', 'proto-raster'])
      expect((await pixels(panel, selector)).length).toBeGreaterThan(2);
    const summary = () => panel.page.locator('.loss canvas').getAttribute('aria-label');
    const before = await summary();
    for (const moment of job.moments.slice(-3)) await panel.send({ type: 'moment', moment });
    await expect.poll(summary).not.toBe(before);
    expect(await summary()).toContain(`in ${job.moments.at(-1)?.evaluations} evaluations`);
  });

  test('follow the theme', async () => {
    const panel = await openTraining();
    const background = async () => (await pixels(panel, 'proto-raster'))[0];
    expect(await background()).toBe(0xff1f1f1f);
    await panel.dress('light');
    await expect.poll(background).toBe(0xffffffff);
  });

  test('show the text as it was at a moment that is chosen by keyboard or mouse, and lead back', async () => {
    const { moments, tokens } = tests.recording().job;
    const panel = await openTraining();
    const slider = panel.page.getByRole('slider');
    const shown = async () => Number(await slider.getAttribute('aria-valuenow'));
    const right = () => panel.page.locator('proto-tokens[compact] .chip.right').count();
    await slider.press('Home');
    expect(await shown()).toBe(0);
    expect(await right()).toBe(moments[0]?.correct);
    await slider.press('PageUp');
    await slider.press('ArrowRight');
    const eleventh = moments[11];
    expect(await shown()).toBe(11);
    await expect.poll(right).toBe(eleventh?.correct);
    await expect
      .poll(() => slider.getAttribute('aria-valuetext'))
      .toBe(`evaluation ${eleventh?.evaluations}, ${eleventh?.correct} of ${tokens.length} tokens`);
    await panel.page.getByText(`At evaluation ${eleventh?.evaluations} of ${moments.at(-1)?.evaluations}`).waitFor();
    // A moment that comes in the meantime does not take the view along.
    const last = moments.at(-1);
    const end = (last?.evaluations ?? 0) + 10;
    if (last) await panel.send({ type: 'moment', moment: { ...last, evaluations: end } });
    expect(await right()).toBe(eleventh?.correct);
    const box = await slider.boundingBox();
    if (!box) throw new Error('The raster has no place.');
    await panel.page.mouse.move(box.x + box.width * 0.3, box.y + 40);
    await panel.page.mouse.down();
    await panel.page.mouse.move(box.x + box.width * 0.6, box.y + 40, { steps: 4 });
    await panel.page.mouse.up();
    const dragged = moments[await shown()];
    expect(dragged?.evaluations).toBeGreaterThan(end * 0.45);
    expect(dragged?.evaluations).toBeLessThan(end * 0.75);
    await expect.poll(right).toBe(dragged?.correct);
    await panel.page.getByRole('button', { name: 'Back to Live' }).click();
    await expect.poll(right).toBe(last?.correct);
    expect(await panel.page.getByText(/^At evaluation/).count()).toBe(0);
  });

  test('export a picture of twice the size and rows that agree with what was recorded', async () => {
    const { job } = tests.recording();
    const panel = await openTraining();
    const { width = 0 } = (await panel.page.locator('.loss canvas').boundingBox()) ?? {};
    for (const [group, name] of [
      ['Export Loss', 'loss.png'],
      ['Export Accuracy', 'accuracy.png'],
      ['Export Tokens over the Training', 'tokens-over-training.png'],
    ] as const) {
      const { name: given, content } = await exported(panel, group, 'PNG');
      expect(given).toBe(name);
      if (typeof content === 'string') throw new Error('A picture is not a text.');
      const bytes = Buffer.from(content);
      expect(bytes.subarray(0, 8).toString('hex')).toBe(pngSignature);
      expect(bytes.readUInt32BE(16)).toBeGreaterThanOrEqual(Math.floor(width) * 2);
    }
    const { content: csv } = await exported(panel, 'Export Accuracy', 'CSV');
    const [header, ...rows] = String(csv).trim().split('\r\n');
    expect(header?.split(',').slice(0, 2)).toEqual(['evaluations', 'All segments']);
    expect(rows.map(row => row.split(',').slice(0, 2).map(Number))).toEqual(
      job.moments.map(({ evaluations, correct }) => [evaluations, (100 * correct) / job.tokens.length]),
    );
    const { content: json } = await exported(panel, 'Export Tokens over the Training', 'JSON');
    const records = JSON.parse(String(json)) as Record<string, number | string | null>[];
    expect(records.map(({ text }) => text)).toEqual(job.tokens.map(({ text }) => text));
    for (const { evaluations, correct } of job.moments)
      expect(records.filter(record => record[`evaluation ${evaluations}`] === 1)).toHaveLength(correct);
  });

  test('tell token and predicted text in the strip below', async () => {
    const { job, texts } = tests.recording();
    const panel = await openTraining();
    await panel.page.getByRole('slider').press('Home');
    await panel.page.locator('proto-tokens[compact] .chip.wrong').first().hover();
    const card = panel.page.locator('proto-token-card');
    const index = Number(await panel.page.locator('.chip.pointed').getAttribute('data-index'));
    const predicted = texts.get(job.moments[0]?.predicted[index] ?? -1) ?? '';
    await card
      .getByText(`“${predicted.replaceAll(' ', '·').replaceAll('\n', '⏎')}”`)
      .first()
      .waitFor();
    expect(panel.asked('explain')).toEqual([]);
  });
});
