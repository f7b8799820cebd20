import type { Browser } from 'playwright-core';
import type { ExperimentDocument, ExperimentMessage } from '../../../../src/views/experiments/protocol.ts';
import type { ExperimentRequests } from '../../../../src/views/requests.ts';
import { pageTests } from '../../support/page-tests.ts';
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

/** What opens pages of experiments in the tests of a `describe`. */
export function experimentTests() {
  const open = pageTests('experiment');
  return {
    open: (document: ExperimentDocument, options: PageOptions<ExperimentRequests> = {}) =>
      open((browser, address) => ExperimentPage.open(browser, address, document, options)),
  };
}
