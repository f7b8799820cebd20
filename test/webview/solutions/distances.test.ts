import { describe, expect, test } from 'vitest';
import type { DistanceReport } from '../../../src/runtime/results/distances.ts';
import { scaleColour } from '../../../webview/charts/colour-scale.ts';
import type { HeatmapElement } from '../../../webview/charts/heatmap.ts';
import { skipReason } from '../support/browser.ts';
import { distancesOf, notThere, sampleDocument } from './support/sample.ts';
import { type SolutionsPage, sample, solutionsTests } from './support/solutions-page.ts';

const view = distancesOf(sample, { measure: 'cosine', over: 'both', order: 'text', semantic: 'cached' });
const n = view.solutions.length;

/** Where a cell of the heatmap is on the page. */
async function centreOf({ page }: SolutionsPage, row: number, column: number) {
  const map = page.locator('proto-pairs-map proto-heatmap');
  const { left, top, width, height } = await map.evaluate((element: HeatmapElement) => element.place());
  return { x: left + ((column + 0.5) / n) * width, y: top + ((row + 0.5) / n) * height };
}

/** 0xRRGGBB of a cell's middle. */
async function colourAt(editor: SolutionsPage, row: number, column: number): Promise<number> {
  const place = await centreOf(editor, row, column);
  const canvas = editor.page.locator('proto-pairs-map canvas').first();
  return await canvas.evaluate((element: HTMLCanvasElement, { x, y }) => {
    // From a copy, so that the editor's own is not slowed down.
    const context = new OffscreenCanvas(1, 1).getContext('2d');
    context?.drawImage(element, -Math.floor(x), -Math.floor(y));
    const [red = 0, green = 0, blue = 0] = context?.getImageData(0, 0, 1, 1).data ?? [];
    return (red << 16) | (green << 8) | blue;
  }, place);
}

function cellOf(value: (distance: number) => boolean): { row: number; column: number } {
  const { order, distances } = view;
  for (const [row, a] of order.entries())
    for (const [column, b] of order.entries())
      if (row !== column && value(distances[a * n + b] ?? Number.NaN)) return { row, column };
  throw new Error('There is no such pair.');
}

const ends = (distances: DistanceReport) => ({
  least: Math.min(...distances.groups.map(({ least }) => least)),
  greatest: Math.max(...distances.groups.map(({ greatest }) => greatest)),
});

describe.skipIf(skipReason)(`distances between solutions${skipReason}`, () => {
  const tests = solutionsTests();

  test('are colours of the scale', async () => {
    const editor = await tests.open();
    await editor.page.locator('proto-pairs-map canvas').first().waitFor();
    const { least, greatest } = ends(view);
    const nearest = cellOf(distance => distance === least);
    const farthest = cellOf(distance => distance === greatest);
    expect(await colourAt(editor, nearest.row, nearest.column)).toBe(0x440154);
    expect(await colourAt(editor, farthest.row, farthest.column)).toBe(0xfde725);
    const [a = 0, b = 0] = [view.order[3], view.order[17]];
    const share = ((view.distances[a * n + b] ?? 0) - least) / (greatest - least);
    expect(await colourAt(editor, 3, 17)).toBe(scaleColour(share));
    // A solution and itself are no pair.
    expect(await colourAt(editor, 4, 4)).toBe(0x1f1f1f);
  });

  test('are told for the pair that is pointed at, and for the one that the keys go to', async () => {
    const editor = await tests.open();
    const map = editor.page.locator('proto-pairs-map .map');
    await map.hover({ position: await centreOf(editor, 2, 13) });
    const [a = 0, b = 0] = [view.order[2], view.order[13]];
    const [first, second] = [view.solutions[a], view.solutions[b]];
    const said = await editor.page.locator('proto-pairs-map .readout').textContent();
    expect(said).toContain((view.distances[a * n + b] ?? 0).toPrecision(4));
    for (const solution of [first, second])
      expect(said).toContain(`${sample.texts[solution?.text ?? 0]?.title}, seed ${solution?.seed}`);
    await map.press('ArrowRight');
    const live = editor.page.locator('proto-pairs-map [aria-live]');
    expect(await live.textContent()).toContain((view.distances[a * n + (view.order[14] ?? 0)] ?? 0).toPrecision(4));
  });

  test('are told by kind of pair, with the overlap of the densities', async () => {
    const editor = await tests.open();
    for (const { kind, pairs, median, quartiles, least, greatest } of view.groups) {
      const cells = await editor.page.locator(`tr[data-kind=${kind}] td`).allTextContents();
      expect(cells).toEqual([
        String(pairs),
        median.toPrecision(4),
        quartiles.map(value => value.toPrecision(4)).join(' – '),
        least.toPrecision(4),
        greatest.toPrecision(4),
      ]);
    }
    const sentence = await editor.page.locator('.overlap').textContent();
    const shared = Math.floor((view.overlaps[0]?.coefficient ?? 0) * 1000) / 10;
    expect(sentence).toContain(`same text and same context by ${shared}%`);
    expect(await editor.page.locator('.densities canvas').getAttribute('aria-label')).toContain('median');
    expect(await editor.page.locator('.scatter canvas').getAttribute('aria-label')).toContain('6 pairs of texts');
  });

  test('are drawn as points, one for each pair, where there are too few pairs for a curve', async () => {
    // Three solutions of each of two texts: 3 + 3 and 9 pairs.
    const few = sampleDocument(2, 3);
    const editor = await tests.open(few);
    await editor.page.getByText('Kinds with fewer than 30 pairs are drawn as points').waitFor();
    expect(await editor.page.locator('.overlap').count()).toBe(0);
    const { content } = await editor.exported('Pairs by Distance', 'JSON');
    const rows = JSON.parse(String(content)) as Record<string, number | null>[];
    const own = distancesOf(few, { measure: 'cosine', over: 'both', order: 'text', semantic: 'cached' });
    const known = rows.flatMap(row => row['pairs of same-text'] ?? []);
    expect(known).toHaveLength(6);
    expect(Math.min(...known)).toBe(own.groups[0]?.least);
    const svg = String((await editor.exported('Pairs by Distance', 'SVG')).content);
    expect(svg).not.toContain('density');
  });

  test('name the seeds beside the rows where rows are tall enough', async () => {
    const found = async (texts: number, each: number, name: RegExp) => {
      const editor = await tests.open(sampleDocument(texts, each));
      const svg = String((await editor.exported('All Pairs', 'SVG')).content);
      return [...svg.matchAll(name)].map(([, seed]) => seed);
    };
    const seedsIn = (texts: number, each: number) => found(texts, each, />(seed \d+)</g);
    const numbersIn = (texts: number, each: number) => found(texts, each, /font-size="8"[^>]*>(\d+)</g);
    expect(await seedsIn(2, 3)).toEqual(['seed 0', 'seed 1', 'seed 2', 'seed 0', 'seed 1', 'seed 2']);
    expect(await seedsIn(4, 5)).toHaveLength(20);
    // Lower rows have their numbers, in small; still lower ones nothing.
    expect(await seedsIn(8, 5)).toEqual([]);
    expect(await numbersIn(8, 5)).toHaveLength(40);
    expect(await numbersIn(10, 20)).toEqual([]);
  });

  test('compare more solutions when less accuracy is asked of them', async () => {
    const editor = await tests.open();
    await editor.page.getByText('Left out: 1 solution').waitFor();
    await editor.page.getByRole('spinbutton', { name: 'Accuracy at least, %' }).fill('50');
    await editor.page.getByRole('spinbutton', { name: 'Accuracy at least, %' }).press('Tab');
    await expect
      .poll(() => editor.analysed('distances').map(({ options }) => options.minimumAccuracy))
      .toEqual([0.99, 0.5]);
  });

  test('by meaning only once a person has agreed to fetch the model', async () => {
    const editor = await tests.open(sample);
    await editor.page.getByText(notThere).waitFor();
    await editor.page.getByRole('button', { name: 'Fetch the Sentence Model' }).click();
    await editor.page.locator('.scatter.meaning canvas').waitFor();
    expect(editor.analysed('distances').map(({ options }) => options.semantic)).toEqual(['cached', 'fetch']);
    expect(await editor.page.getByText(notThere).count()).toBe(0);
  });

  test('are asked for as they are wanted, and a failure can be tried again', async () => {
    let failures = 1;
    const editor = await tests.open(sample, {
      handlers: {
        distances: params => {
          if (params.measure === 'euclidean' && failures-- > 0) throw new Error('The engine is busy.');
          return distancesOf(sample, params);
        },
      },
    });
    const choose = async (control: string, option: string) => {
      await editor.page.getByRole('combobox', { name: control }).click();
      await editor.page.getByRole('option', { name: option }).click();
    };
    await choose('Measure', 'Euclidean');
    await editor.page.getByText('The engine is busy.').waitFor();
    await editor.page.getByRole('button', { name: 'Retry' }).click();
    const euclidean = distancesOf(sample, { measure: 'euclidean', over: 'both', order: 'text', semantic: 'cached' });
    const median = editor.page.locator('tr[data-kind=same-text] td').nth(1);
    await expect.poll(() => median.textContent()).toBe(euclidean.groups[0]?.median.toPrecision(4));
    await choose('Order', 'By clusters');
    await expect
      .poll(() => editor.analysed('distances').at(-1)?.options)
      .toEqual({ measure: 'euclidean', over: 'both', order: 'clusters', minimumAccuracy: 0.99, semantic: 'cached' });
    // What is known is not asked for again.
    const { length } = editor.analysed('distances');
    await editor.openTab('Solutions');
    await editor.openTab('Distances');
    await median.waitFor();
    expect(editor.analysed('distances')).toHaveLength(length);
  });

  test('lead from a pair of one text to the paths between its solutions', async () => {
    const editor = await tests.open();
    const map = editor.page.locator('proto-pairs-map .map');
    await map.click({ position: await centreOf(editor, 0, 12) });
    expect(await editor.page.getByRole('tab', { name: 'Distances' }).getAttribute('aria-selected')).toBe('true');
    await map.click({ position: await centreOf(editor, 8, 6) });
    await editor.page.getByRole('button', { name: 'Connect 1 Pair' }).click();
    await expect.poll(() => editor.asked('connect').map(({ pairs }) => pairs)).toEqual([[[6, 8]]]);
  });

  test('lead to the very two that were chosen, also where several have one text and one seed', async () => {
    const solutions = sample.solutions.map(solution => ({ ...solution, seed: 0 }));
    const editor = await tests.open({ ...sample, solutions });
    await editor.page.locator('proto-pairs-map .map').click({ position: await centreOf(editor, 8, 6) });
    await editor.page.getByRole('button', { name: 'Connect 1 Pair' }).click();
    await expect.poll(() => editor.asked('connect').map(({ pairs }) => pairs)).toEqual([[[6, 8]]]);
  });

  test('are exported as pictures and as tables', async () => {
    const editor = await tests.open();
    const png = await editor.exported('All Pairs', 'PNG');
    expect(Buffer.from(png.content as Uint8Array).toString('hex', 0, 8)).toBe('89504e470d0a1a0a');
    const csv = await editor.exported('All Pairs', 'CSV');
    const rows = String(csv.content).trim().split('\r\n');
    expect(rows).toHaveLength(n + 1);
    const [a = 0, b = 0] = [view.order[4], view.order[9]];
    expect(Number(rows[5]?.match(/("[^"]*"|[^,]+)(,|$)/g)?.[10]?.replace(',', ''))).toBe(view.distances[a * n + b]);
    const json = await editor.exported('Kinds of Pairs', 'JSON');
    expect(JSON.parse(String(json.content))).toMatchObject(view.groups.map(({ kind, pairs }) => ({ kind, pairs })));
    for (const [group, what] of [
      ['All Pairs', 'image[href^="data:image/png"]'],
      ['Densities', 'path[stroke-dasharray="7 4"]'],
      ['Texts against Vectors', 'path[fill]'],
    ] as const) {
      const { name, content } = await editor.exported(group, 'SVG');
      expect(name).toMatch(/\.svg$/);
      const seen = await editor.page.evaluate(
        ([text, selector]) => {
          const svg = new DOMParser().parseFromString(text ?? '', 'image/svg+xml');
          const texts = [...svg.querySelectorAll('text')].map(({ textContent }) => textContent);
          return { root: svg.documentElement.tagName, found: svg.querySelectorAll(selector ?? '').length, texts };
        },
        [String(content), what],
      );
      expect(seen.root).toBe('svg');
      expect(seen.found).toBeGreaterThan(0);
      expect(seen.texts.length).toBeGreaterThan(5);
    }
  });
});
