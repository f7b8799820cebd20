import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import type { PanelDocument } from '../../../src/views/protocol.ts';
import { launch, type Site, serve } from './browser.ts';
import { recordedHandlers } from './handlers.ts';
import { PanelPage } from './panel-page.ts';
import { firstSentence, type Recording, record } from './recording.ts';

type Options = Parameters<typeof PanelPage.open>[3];

export interface PanelTests {
  recording(): Recording;
  /** A page that the host answers from the recording. */
  open(document: PanelDocument, options?: Options): Promise<PanelPage>;
}

/**
 * A browser, the bundle and a recorded run for the tests of a `describe`. After each test its pages must have broken
 * no content security policy and written no error to the console.
 */
export function panelTests(): PanelTests {
  let recording: Recording | undefined;
  let browser: Browser | undefined;
  let site: Site | undefined;
  const pages: PanelPage[] = [];
  const made = <T>(value: T | undefined): T => {
    if (value === undefined) throw new Error('Only tests may ask for this.');
    return value;
  };

  beforeAll(async () => {
    [recording, browser, site] = await Promise.all([record(firstSentence, 16), launch(), serve()]);
  });

  afterEach(async () => {
    for (const panel of pages.splice(0)) {
      const violations = await panel.violations();
      await panel.page.close();
      expect(violations).toEqual([]);
      expect(panel.errors).toEqual([]);
    }
  });

  afterAll(async () => {
    await browser?.close();
    site?.close();
  });

  return {
    recording: () => made(recording),
    open: async (document, options = {}) => {
      const handlers = recordedHandlers(made(recording), options.handlers);
      const panel = await PanelPage.open(made(browser), made(site).address, document, { ...options, handlers });
      pages.push(panel);
      return panel;
    },
  };
}

/** The recorded job as it was after a share of its moments. */
export function jobAt({ job }: Recording, share: number) {
  const moments = job.moments.slice(0, Math.max(1, Math.round(job.moments.length * share)));
  return { ...job, moments, result: null };
}
