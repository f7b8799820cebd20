import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import type { ExperimentDocument, ExperimentMessage } from '../../../../src/views/experiments/protocol.ts';
import type { ExperimentRequests } from '../../../../src/views/requests.ts';
import { bundleWebview } from '../../../../tools/build-webview.mjs';
import { launch, type Site, serve } from '../../support/browser.ts';
import { HostPage, type PageOptions } from '../../support/panel-page.ts';

/** The page of an experiment. */
export class ExperimentPage extends HostPage<ExperimentRequests, ExperimentDocument, ExperimentMessage> {
  static async open(
    browser: Browser,
    address: string,
    document: ExperimentDocument,
    { theme = 'dark', width = 900, height = 900, handlers = {} }: PageOptions<ExperimentRequests>,
  ): Promise<ExperimentPage> {
    const page = await browser.newPage({ viewport: { width, height } });
    const opened = new ExperimentPage(page, { exportFile: () => true, ...handlers });
    return await opened.load(address, document, theme, 'proto-experiment');
  }

  protected override showing(document: ExperimentDocument): ExperimentMessage {
    return { type: 'show', document };
  }

  /** What stands below the bar of progress. */
  async far(): Promise<string> {
    return (await this.page.locator('.far').textContent()) ?? '';
  }

  /** Cells of a table, row by row. */
  rows(table: number): Promise<string[][]> {
    return this.page
      .locator(`.table-${table} tbody tr`)
      .evaluateAll(rows => rows.map(row => [...row.children].map(cell => cell.textContent?.trim() ?? '')));
  }

  button(action: string) {
    return this.page.locator(`vscode-button[data-action=${action}]`);
  }
}

/** A browser and the bundle for the tests of a `describe`; no page may break the policy or write an error. */
export function experimentTests() {
  let browser: Browser | undefined;
  let site: Site | undefined;
  const pages: ExperimentPage[] = [];

  beforeAll(async () => {
    await bundleWebview();
    [browser, site] = await Promise.all([launch(), serve('experiment')]);
  });

  afterEach(async () => {
    for (const open of pages.splice(0)) {
      const violations = await open.violations();
      await open.page.close();
      expect(violations).toEqual([]);
      expect(open.errors).toEqual([]);
    }
  });

  afterAll(async () => {
    await browser?.close();
    site?.close();
  });

  return {
    open: async (document: ExperimentDocument, options: PageOptions<ExperimentRequests> = {}) => {
      if (!browser || !site) throw new Error('Only tests may ask for this.');
      const page = await ExperimentPage.open(browser, site.address, document, options);
      pages.push(page);
      return page;
    },
  };
}
