import type { Browser } from 'playwright-core';
import { expect } from 'vitest';
import type { AnalysisName, AnalysisParameters } from '../../../../src/runtime/operations/analyses.ts';
import type { Connection, LossSurface } from '../../../../src/runtime/results/connectivity.ts';
import type { DistanceReport } from '../../../../src/runtime/results/distances.ts';
import type { ProbeReport } from '../../../../src/runtime/results/probe.ts';
import type { SolutionsRequests } from '../../../../src/views/requests.ts';
import type { Connected, SolutionsMessage } from '../../../../src/views/solutions/protocol.ts';
import { pageTests } from '../../support/page-tests.ts';
import { type HandlersOf, HostPage, type PageOptions } from '../../support/panel-page.ts';
import { connectionOf, mistakes, probeOf, surfaceOf, targets } from './paths.ts';
import { distancesOf, sampleDocument } from './sample.ts';

/** What the host does, where it is not as usual: for requests, and for each analysis. */
export interface SolutionsHandlers extends Omit<HandlersOf<SolutionsRequests>, 'connect'> {
  readonly connect?: (
    params: SolutionsRequests['connect']['params'],
  ) => readonly Connection[] | Promise<readonly Connection[]>;
  readonly distances?: (options: Parameters<typeof distancesOf>[1]) => DistanceReport;
  readonly probe?: () => ProbeReport;
  readonly surface?: () => Promise<LossSurface>;
}

type Document = Extract<SolutionsMessage, { type: 'show' }>['document'];
type Options = Omit<PageOptions<SolutionsRequests>, 'handlers'> & { readonly handlers?: SolutionsHandlers };

/** The file that most tests look at: 4 texts of two contexts, 5 solutions each. */
export const sample = sampleDocument(4, 5);

/** Paths that are known, and the tokens that all texts of the sample are taken to have. */
export const connectedBy = (connections: readonly Connection[]): Connected => ({
  connections,
  targets: sample.texts.map(() => targets),
});

/** A page with the editor of solutions in it. */
export class SolutionsPage extends HostPage<SolutionsRequests, Document, SolutionsMessage> {
  static async open(browser: Browser, address: string, document: Document, options: Options = {}) {
    const { theme = 'dark', width = 1100, height = 800, handlers } = options;
    const page = await browser.newPage({ viewport: { width, height } });
    const table: HandlersOf<SolutionsRequests> = {};
    const opened = new SolutionsPage(page, table);
    Object.assign(table, opened.handlersFor(document, handlers));
    return await opened.load(address, document, theme, 'proto-solutions');
  }

  /** Parameters of every analysis of a name that was asked for, in order. */
  analysed<Name extends AnalysisName>(name: Name): readonly AnalysisParameters<Name>[] {
    return this.asked('ask').flatMap(asked =>
      asked.name === name ? [asked.parameters as unknown as AnalysisParameters<Name>] : [],
    );
  }

  protected override showing(document: Document): SolutionsMessage {
    return { type: 'show', document, connected: connectedBy([]), progress: null };
  }

  /** Answers as the host would. */
  private handlersFor(
    document: Document,
    { connect, distances, probe, surface, ...own }: SolutionsHandlers = {},
  ): HandlersOf<SolutionsRequests> {
    if (document.kind === 'foreign') return own;
    return {
      ask: ({ name, parameters: { options = {} } }) => {
        if (name === 'lossSurface') return surface ? surface() : surfaceOf();
        if (name === 'probe') return probe ? probe() : probeOf((options as { index: number }).index);
        const chosen = options as Parameters<typeof distancesOf>[1];
        return distances ? distances(chosen) : distancesOf(document, chosen);
      },
      connect: async params => {
        const { pairs, steps, grid } = params;
        const found = connect ? await connect(params) : pairs.map(pair => connectionOf(pair, grid, steps));
        await this.send({ type: 'connected', connected: connectedBy(found) });
        return null;
      },
      tokenTexts: ({ ids }) => ids.map(id => targets[id]?.text ?? ` sea${id - mistakes}`),
      exportFile: () => true,
      ...own,
    };
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

/** What opens editors of solutions in the tests of a `describe`. */
export function solutionsTests() {
  const open = pageTests('solutions');
  return {
    open: (document: Document = sample, options: Options = {}): Promise<SolutionsPage> =>
      open((browser, address) => SolutionsPage.open(browser, address, document, options)),
  };
}
