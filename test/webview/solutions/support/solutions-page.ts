import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import type { SolutionsMessage, SolutionsRequests } from '../../../../src/views/solutions/protocol.ts';
import { bundleWebview } from '../../../../tools/build-webview.mjs';
import { launch, type Site, serve } from '../../support/browser.ts';
import { type HandlersOf, HostPage, type PageOptions } from '../../support/panel-page.ts';
import { connectionOf, mistakes, probeOf, surfaceOf, targets } from './paths.ts';
import { distancesOf, sampleDocument } from './sample.ts';

export type SolutionsHandlers = HandlersOf<SolutionsRequests>;
type Document = Extract<SolutionsMessage, { type: 'show' }>['document'];
type Options = PageOptions<SolutionsRequests>;

/** The file that most tests look at: 4 texts of two contexts, 5 solutions each. */
export const sample = sampleDocument(4, 5);

/** Answers as the host would. */
function handlersOf(document: Document, own: SolutionsHandlers = {}): SolutionsHandlers {
  if (document.kind === 'foreign') return own;
  return {
    distances: params => distancesOf(document, params),
    connect: ({ pairs, steps, grid }) => (pairs === 'all' ? [] : pairs).map(pair => connectionOf(pair, grid, steps)),
    surface: () => surfaceOf(),
    probe: ({ solution }) => probeOf(solution),
    tokenTexts: ({ ids }) => ids.map(id => targets[id]?.text ?? ` sea${id - mistakes}`),
    exportFile: () => true,
    ...own,
  };
}

/** A page with the editor of solutions in it. */
export class SolutionsPage extends HostPage<SolutionsRequests, Document, SolutionsMessage> {
  static async open(browser: Browser, address: string, document: Document, options: Options = {}) {
    const { theme = 'dark', width = 1100, height = 800, handlers } = options;
    const page = await browser.newPage({ viewport: { width, height } });
    return await new SolutionsPage(page, handlersOf(document, handlers)).load(
      address,
      document,
      theme,
      'proto-solutions',
    );
  }

  async openTab(name: string): Promise<void> {
    await this.page.getByRole('tab', { name }).click();
  }

  /** Presses a button of a picture's exports and gives what was to be written. */
  async exported(group: string, format: string): Promise<SolutionsRequests['exportFile']['params']> {
    const before = this.asked('exportFile').length;
    await this.page
      .getByRole('group', { name: `Export ${group}`, exact: true })
      .getByText(format, { exact: true })
      .click();
    await expect.poll(() => this.asked('exportFile').length).toBe(before + 1);
    const file = this.asked('exportFile').at(-1);
    if (!file) throw new Error('Nothing was exported.');
    return file;
  }
}

/** A browser and the bundle for the tests of a `describe`; no page may break the policy or write an error. */
export function solutionsTests() {
  let browser: Browser | undefined;
  let site: Site | undefined;
  const pages: SolutionsPage[] = [];

  beforeAll(async () => {
    await bundleWebview();
    [browser, site] = await Promise.all([launch(), serve('solutions')]);
  });

  afterEach(async () => {
    for (const editor of pages.splice(0)) {
      const violations = await editor.violations();
      await editor.page.close();
      expect(violations).toEqual([]);
      expect(editor.errors).toEqual([]);
    }
  });

  afterAll(async () => {
    await browser?.close();
    site?.close();
  });

  return {
    open: async (document: Document = sample, options: Options = {}): Promise<SolutionsPage> => {
      if (!browser || !site) throw new Error('Only tests may ask for this.');
      const editor = await SolutionsPage.open(browser, site.address, document, options);
      pages.push(editor);
      return editor;
    },
  };
}
