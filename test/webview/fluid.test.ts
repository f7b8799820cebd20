import { describe, expect, test } from 'vitest';
import type { TextToken } from '../../src/runtime/results/tokens.ts';
import type { JobDocument, Moment } from '../../src/views/protocol.ts';
import { skipReason } from './support/browser.ts';
import { panelTests } from './support/setup.ts';

const tokenCount = 5000;
const segmentLength = 50;
const words = [' the', ' sea', ' was', ' calm', '.', ' lamp', 'light', ' and', '\n', ' burned'];

function longTokens(): readonly TextToken[] {
  let end = 0;
  return Array.from({ length: tokenCount }, (_, index) => {
    const text = words[(index * 7) % words.length] ?? '';
    const start = end;
    end += text.length;
    return { id: (index * 7) % words.length, text, start, end };
  });
}

/** A moment in which tokens come right and are lost again all over the text. */
function momentOf(tokens: readonly TextToken[], step: number): Moment {
  const predicted = Int32Array.from(tokens, ({ id }, index) => ((index * 31 + step) % 20 < step % 20 ? id : id + 1));
  const segments = Array.from({ length: tokenCount / segmentLength }, (_, i) => ({
    start: i * segmentLength,
    length: segmentLength,
    correct: step % 20,
    steps: step,
    loss: 1,
    state: 'training' as const,
  }));
  const correct = tokens.filter(({ id }, index) => predicted[index] === id).length;
  const probability = new Float32Array(tokenCount).fill(0.5);
  return {
    evaluations: step * 10,
    seconds: step,
    secondsLeft: 9,
    correct,
    loss: 1,
    segments,
    predicted,
    probability,
  };
}

describe.skipIf(skipReason)(`a text of ${tokenCount} tokens${skipReason}`, () => {
  const tests = panelTests();

  test('costs a screenful of changes at each of its moments, whatever its length', async () => {
    const tokens = longTokens();
    const job: JobDocument = {
      ...tests.recording().job,
      text: tokens.map(({ text }) => text).join(''),
      tokens,
      moments: [momentOf(tokens, 0)],
      result: null,
    };
    const panel = await tests.open(job);
    await panel.page.locator('.field .chip').first().waitFor();
    await panel.page.evaluate(() => {
      const field = document
        .querySelector('proto-panel')
        ?.shadowRoot?.querySelector('proto-tab-view')
        ?.shadowRoot?.querySelector('proto-tokens')
        ?.shadowRoot?.querySelector('.field');
      const changed = { count: 0, added: 0 };
      Object.assign(window, { changed });
      if (field)
        new MutationObserver(records => {
          changed.count += records.length;
          changed.added += records.filter(({ addedNodes, target }) => addedNodes.length && target === field).length;
        }).observe(field, { attributes: true, childList: true, characterData: true, subtree: true });
    });
    const moments = 20;
    for (let step = 1; step <= moments; step++) {
      await panel.send({ type: 'moment', moment: momentOf(tokens, step) });
      await panel.page.waitForTimeout(100);
    }
    const seen = await panel.page.evaluate(
      () => (window as unknown as { changed: { count: number; added: number } }).changed,
    );
    // Two views of chips and the labels of 100 segments; all chips would be 5000 for each moment.
    expect(seen.count / moments).toBeLessThan(1500);
    expect(seen.count / moments).toBeGreaterThan(10);
    // The field is never built anew.
    expect(seen.added).toBe(0);
    const filled = await panel.page.locator('.field .chip').count();
    expect(filled).toBeLessThan(tokenCount / 2);
    await panel.page.locator('.field .chip[tabindex="0"]').press('End');
    const last = panel.page.locator(`.chip[data-index="${tokenCount - 1}"]`);
    await last.waitFor();
    expect(await last.evaluate(chip => chip.matches(':focus'))).toBe(true);
    await panel.page.getByRole('tab', { name: 'Training' }).click();
    await panel.page.locator('proto-raster canvas').waitFor();
  });
});
