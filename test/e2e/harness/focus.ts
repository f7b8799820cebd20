import type { Page } from 'playwright-core';

/** Where the next key goes: to the text of an editor, to a webview, or somewhere else. */
export async function focusOf(page: Page): Promise<'text' | 'webview' | 'elsewhere'> {
  return await page.evaluate(() => {
    const active = document.activeElement;
    if (active?.tagName === 'IFRAME') return 'webview';
    return active?.closest('.monaco-editor[data-uri]') ? 'text' : 'elsewhere';
  });
}
