import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compressionReport } from '../../src/report/compression-report.ts';
import { htmlOf } from '../../src/report/html.ts';
import { solutionsReport } from '../../src/report/solutions-report.ts';
import { compressionFacts, glossary, solutionsFacts } from '../support/reports.ts';
import { launch, skipReason } from './support/browser.ts';

const reports = {
  compression: htmlOf(compressionReport(compressionFacts), glossary),
  solutions: htmlOf(solutionsReport(solutionsFacts), glossary),
};

describe.skipIf(skipReason)(`the HTML of a report${skipReason}`, () => {
  let browser: Browser;
  let axe: string;

  beforeAll(async () => {
    axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
    browser = await launch();
  });
  afterAll(() => browser?.close());

  test.each(['light', 'dark'] as const)(
    'is whole, asks for nothing and is accessible on a %s page',
    async colorScheme => {
      for (const html of Object.values(reports)) {
        const page = await browser.newPage({ colorScheme, viewport: { width: 420, height: 800 }, bypassCSP: true });
        const asked: string[] = [];
        const errors: string[] = [];
        page.on('request', request => {
          if (!request.url().startsWith('data:')) asked.push(request.url());
        });
        page.on('console', message => errors.push(message.text()));
        await page.setContent(html, { waitUntil: 'load' });
        // As XML, every mistake of its tags would be one of the parser.
        const mistakes = await page.evaluate(
          text =>
            new DOMParser().parseFromString(text, 'application/xhtml+xml').querySelector('parsererror')?.textContent,
          html,
        );
        expect(mistakes).toBeUndefined();
        const widths = await page
          .locator('img')
          .evaluateAll(images => images.map(image => (image instanceof HTMLImageElement ? image.naturalWidth : 0)));
        expect(widths.length).toBeGreaterThan(1);
        for (const width of widths) expect(width).toBeGreaterThan(300);
        // The page itself never scrolls sideways.
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(420);
        await page.evaluate(axe);
        const { violations } = await page.evaluate(() =>
          (window as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run(),
        );
        expect(violations.map(({ id, nodes }) => `${id} at ${nodes.map(({ target }) => target)}`)).toEqual([]);
        expect([asked, errors]).toEqual([[], []]);
        await page.close();
      }
    },
  );

  test.each(['light', 'dark'] as const)('has pictures of the colours of a %s page', async colorScheme => {
    const page = await browser.newPage({ colorScheme });
    await page.setContent(reports.compression, { waitUntil: 'load' });
    const corner = await page
      .locator('img')
      .first()
      .evaluate(image => {
        const canvas = document.createElement('canvas');
        const context = canvas.getContext('2d');
        if (image instanceof HTMLImageElement) context?.drawImage(image, 0, 0);
        return [...(context?.getImageData(2, 2, 1, 1).data ?? [])].slice(0, 3);
      });
    expect(corner).toEqual(colorScheme === 'light' ? [255, 255, 255] : [30, 30, 30]);
    await page.close();
  });
});
