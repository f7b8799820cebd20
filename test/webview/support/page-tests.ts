import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { type FrontEnd, launch, type Site, serve } from './browser.ts';

/** A page, and what must not have happened in it. */
interface Watched {
  readonly page: Page;
  readonly errors: readonly string[];
  violations(): Promise<readonly string[]>;
}

/** Opens a page of the front end that is closed after the test. */
export type Open = <P extends Watched>(open: (browser: Browser, address: string) => Promise<P>) => Promise<P>;

/**
 * A browser and a front end for the tests of a `describe`. After each test its pages must have broken no content security
 * policy and written no error to the console.
 *
 * @param prepare what else is made before the tests, meanwhile
 */
export function pageTests(frontEnd: FrontEnd, prepare: () => Promise<unknown> = async () => undefined): Open {
  let browser: Browser | undefined;
  let site: Site | undefined;
  const pages: Watched[] = [];

  beforeAll(async () => {
    [browser, site] = await Promise.all([launch(), serve(frontEnd), prepare()]);
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

  return async open => {
    if (!browser || !site) throw new Error('Only tests may ask for this.');
    const opened = await open(browser, site.address);
    pages.push(opened);
    return opened;
  };
}
