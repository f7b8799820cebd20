import type { Browser } from 'playwright-core';
import type { RunsRequests } from '../../../../src/views/requests.ts';
import type { RunsDocument, RunsMessage } from '../../../../src/views/runs/protocol.ts';
import { pageTests } from '../../support/page-tests.ts';
import { HostPage, type PageOptions } from '../../support/panel-page.ts';
import { detailsOf, document as sample, textOf } from './sample.ts';

/** A page that compares runs. */
export class RunsPage extends HostPage<RunsRequests, RunsDocument, RunsMessage> {
  /** Runs that the person had selected where the page was opened. */
  chosen: readonly string[] | null = null;

  static async open(
    browser: Browser,
    address: string,
    document: RunsDocument,
    { theme = 'dark', width = 1100, height = 900, handlers = {} }: PageOptions<RunsRequests>,
    chosen: readonly string[] | null,
  ): Promise<RunsPage> {
    const page = await browser.newPage({ viewport: { width, height } });
    const opened = new RunsPage(page, {
      details: ({ id }) => detailsOf(id),
      textsOf: ({ ids }) => ids.map(textOf),
      exportFile: () => true,
      ...handlers,
    });
    opened.chosen = chosen;
    return await opened.load(address, document, theme, 'proto-runs');
  }

  protected override showing(document: RunsDocument): RunsMessage {
    const { chosen } = this;
    this.chosen = null;
    return { type: 'show', document, chosen };
  }

  /** Names of the rows, in their order. */
  names(): Promise<string[]> {
    return this.page.locator('tbody .name button').allTextContents();
  }

  /** Checks or unchecks a run. */
  async toggle(id: string): Promise<void> {
    await this.page.locator(`tr[data-run=${id}] input[type=checkbox]`).click();
  }

  /** The summary of a chart for those who do not see it. */
  async summaryOf(name: 'loss' | 'accuracy'): Promise<string> {
    return (await this.page.locator(`.${name} canvas`).getAttribute('aria-label')) ?? '';
  }

  /** What stands in the settings that differ, row by row. */
  settings(): Promise<string[][]> {
    return this.page
      .locator('.settings tbody tr')
      .evaluateAll(rows => rows.map(row => [...row.children].map(cell => cell.textContent?.trim() ?? '')));
  }
}

interface Opening {
  readonly document?: RunsDocument;
  readonly options?: PageOptions<RunsRequests>;
  readonly chosen?: readonly string[] | null;
}

/** What opens pages that compare runs in the tests of a `describe`. */
export function runsTests() {
  const open = pageTests('runs');
  return {
    open: ({ document = sample, options = {}, chosen = null }: Opening = {}): Promise<RunsPage> =>
      open((browser, address) => RunsPage.open(browser, address, document, options, chosen)),
  };
}
