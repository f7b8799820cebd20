import { describe, expect, test } from 'vitest';
import { seriousFindings } from './support/axe.ts';
import { skipReason } from './support/browser.ts';
import type { Handlers, PanelPage } from './support/panel-page.ts';
import { panelTests } from './support/setup.ts';
import * as small from './support/small-job.ts';
import { type ThemeName, themes } from './support/themes.ts';

const chips = 'proto-tokens:not([compact]) .field .chip';

async function choose(panel: PanelPage, list: string, value: string): Promise<void> {
  await panel.page.getByRole('combobox', { name: list }).click();
  await panel.page.getByRole('option', { name: value, exact: true }).click();
}

/** How long the bar of each chip is, in percent of its width; null for a chip without a value. */
const bars = (panel: PanelPage) =>
  panel.page.locator(chips).evaluateAll(all =>
    all.map(chip => {
      const length = chip instanceof HTMLElement ? chip.style.getPropertyValue('--length') : '';
      return length ? Number.parseInt(length, 10) : null;
    }),
  );

const order = (panel: PanelPage) =>
  panel.page.locator(chips).evaluateAll(all => all.map(chip => Number(chip.getAttribute('data-index'))));

const legend = (panel: PanelPage) => panel.page.locator('proto-measure-legend canvas').getAttribute('aria-label');

describe.skipIf(skipReason)(`the token explorer${skipReason}`, () => {
  const tests = panelTests();

  async function openSmall(handlers: Handlers = {}, theme: ThemeName = 'dark'): Promise<PanelPage> {
    const job = small.smallJob(tests.recording().job);
    const panel = await tests.open(job, { handlers: { ...small.smallAnswers, ...handlers }, theme });
    await panel.page.locator(chips).first().waitFor();
    return panel;
  }

  // Places on the scale worked out by hand: shares of 0.01 to 1 by logarithm, of -1 to 4, of 1 to 100 by logarithm ...
  test.each([
    ['Probability', [85, 70, 55, 85, 10, 100, 70], 'lowest 1.6%, median 25%, highest 100%'],
    ['Margin', [60, 30, 40, 100, 0, 80, 10], 'lowest -1 nats, median 1 nats, highest 4 nats'],
    ['Rank', [0, 0, 0, 0, 100, 0, 15], 'lowest rank 1, median rank 1, highest rank 100'],
    ['Learned for good', [25, 75, 50, 75, null, 100, null], 'lowest at evaluation 10, median at evaluation 30'],
    ['Times lost', [0, 100, 0, 0, 0, 100, 0], 'lowest 0 times, median 0 times, highest 1 time'],
    ['Surprisal', [null, 13, 100, 6, 25, 50, 75], 'lowest 0.5 nats, median 3 nats, highest 8 nats'],
  ])('colours by %s, and says so in words', async (name, lengths, words) => {
    const panel = await openSmall();
    await choose(panel, 'Colour by', name);
    await expect.poll(() => bars(panel)).toEqual(lengths);
    expect(await legend(panel)).toContain(words);
    // What is wrong says so whatever the colours show.
    expect(await panel.page.locator(`${chips}.wrong`).count()).toBe(2);
  });

  test('exports every token with every measure', async () => {
    const panel = await openSmall();
    await choose(panel, 'Colour by', 'Surprisal');
    await choose(panel, 'Sort by', 'Rank');
    await expect.poll(() => legend(panel)).toContain('Surprisal');
    await panel.page.getByRole('group', { name: 'Export All Tokens' }).getByRole('button', { name: 'JSON' }).click();
    await expect.poll(() => panel.asked('exportFile').length).toBe(1);
    const rows = JSON.parse(String(panel.asked('exportFile')[0]?.content)) as Record<string, unknown>[];
    const column = (name: string) => rows.map(row => row[name]);
    expect(column('text')).toEqual(small.smallTokens.map(({ text }) => text));
    expect(column('right')).toEqual([1, 1, 1, 1, 0, 1, 0]);
    expect(column('probability')).toEqual(small.probability);
    expect(column('margin')).toEqual(small.margin);
    expect(column('rank')).toEqual(small.rank);
    expect(column('learned at evaluation')).toEqual(small.learned);
    expect(column('times lost')).toEqual(small.lost);
    expect(column('surprisal in nats')).toEqual(small.surprisal);
  });

  test('sorts, the tokens that are not as one wants them first, and the keys follow the order', async () => {
    const panel = await openSmall();
    await choose(panel, 'Sort by', 'Margin');
    await expect.poll(() => order(panel)).toEqual([4, 6, 1, 2, 0, 5, 3]);
    await panel.page.locator(`${chips}[data-index="4"]`).focus();
    await panel.page.keyboard.press('ArrowRight');
    const focused = () => panel.page.locator(`${chips}:focus`).getAttribute('data-index');
    expect(await focused()).toBe('6');
    await panel.page.keyboard.press('End');
    expect(await focused()).toBe('3');
    await panel.page.keyboard.press('p');
    expect(await focused()).toBe('6');
    await panel.page.getByRole('button', { name: 'Lowest first; change to highest first' }).click();
    await expect.poll(() => order(panel)).toEqual([3, 5, 0, 2, 1, 6, 4]);
    // What has no value comes last either way.
    await choose(panel, 'Sort by', 'Learned for good');
    await expect.poll(() => order(panel)).toEqual([5, 1, 3, 2, 0, 4, 6]);
    await choose(panel, 'Sort by', 'Order of the text');
    await expect.poll(() => order(panel)).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });

  test('searches texts and ids, also over several tokens, and Enter goes on while the box keeps the focus', async () => {
    const panel = await openSmall();
    const box = panel.page.getByRole('searchbox', { name: 'Search' });
    const found = () =>
      panel.page.locator(`${chips}.found`).evaluateAll(all => all.map(chip => Number(chip.getAttribute('data-index'))));
    const pointed = () => panel.page.locator(`${chips}.pointed`).getAttribute('data-index');
    await box.fill('SEA');
    await expect.poll(found).toEqual([0, 4, 5]);
    await panel.page.getByText('3 matches').waitFor();
    for (const [key, index, place] of [
      ['Enter', '0', '1 of 3'],
      ['Enter', '4', '2 of 3'],
      ['Enter', '5', '3 of 3'],
      ['Enter', '0', '1 of 3'],
      ['Shift+Enter', '5', '3 of 3'],
    ] as const) {
      await box.press(key);
      expect(await pointed()).toBe(index);
      await panel.page.getByText(place, { exact: true }).waitFor();
    }
    expect(await box.evaluate(input => input.matches(':focus'))).toBe(true);
    expect(panel.asked('hoverToken').at(-1)).toEqual({ index: 5 });
    await box.fill('31');
    await expect.poll(found).toEqual([3]);
    await panel.page.getByText('1 match', { exact: true }).waitFor();
    await box.fill('nothing');
    await panel.page.getByText('no match').waitFor();
    await box.press('Escape');
    expect(await box.inputValue()).toBe('');
  });

  test('asks for surprisal when it is wanted, says that it is computed, and why it is not known', async () => {
    let open = (): void => undefined;
    const gate = new Promise<void>(resolve => {
      open = resolve;
    });
    let fails = true;
    const panel = await openSmall({
      surprisal: async () => {
        await gate;
        if (fails) throw new Error('The model is gone.');
        return small.smallAnswers.surprisal();
      },
    });
    expect(panel.asked('surprisal')).toEqual([]);
    await choose(panel, 'Colour by', 'Surprisal');
    await panel.page.getByText('The model reads the text …').waitFor();
    open();
    await panel.page.getByText('Not known: The model is gone.').waitFor();
    fails = false;
    await panel.page.locator('proto-measure-legend').getByRole('button', { name: 'Retry' }).click();
    await expect.poll(() => legend(panel)).toContain('highest 8 nats');
    expect(panel.asked('surprisal')).toHaveLength(2);
    await panel.page.getByText('6 tokens, median: 3 nats; 1 without a value (no token before it)').waitFor();
  });

  test('asks for margins again as the training goes on, and once more when it is over', async () => {
    const job = small.smallJob(tests.recording().job);
    const panel = await tests.open({ ...job, status: 'running' }, { handlers: small.smallAnswers });
    await panel.page.locator(chips).first().waitFor();
    await choose(panel, 'Colour by', 'Margin');
    await expect.poll(() => panel.asked('scores').length).toBe(1);
    const last = job.moments.at(-1);
    if (last) await panel.send({ type: 'moment', moment: { ...last, evaluations: 50 } });
    await expect.poll(() => panel.asked('scores').length).toBe(2);
    await panel.send({ type: 'status', status: 'finished', problem: null });
    await expect.poll(() => panel.asked('scores').length).toBe(3);
  });

  test('says how finely it knows when tokens were learned', async () => {
    const panel = await openSmall();
    await choose(panel, 'Colour by', 'Learned for good');
    await panel.page.getByText('which lie up to 10 evaluations apart').waitFor();
  });

  test('knows margins of the latest vectors only, and leads back to them', async () => {
    const panel = await openSmall();
    await panel.page.getByRole('tab', { name: 'Training' }).click();
    await panel.page.getByRole('slider').press('Home');
    await panel.page.getByRole('tab', { name: 'Tokens' }).click();
    await choose(panel, 'Colour by', 'Margin');
    const note = panel.page.locator('proto-measure-legend');
    await note.getByText('Not known: Rank and margin are computed for the latest vectors only.').waitFor();
    expect(panel.asked('scores')).toEqual([]);
    await note.getByRole('button', { name: 'Back to the Latest' }).click();
    await expect.poll(() => bars(panel)).toEqual([60, 30, 40, 100, 0, 80, 10]);
  });

  test('says that a file keeps no history', async () => {
    const { file, contents } = tests.recording();
    const panel = await tests.open(file);
    await panel.send({ type: 'contents', contents, problem: null });
    await panel.page.getByRole('tab', { name: 'Tokens' }).click();
    await choose(panel, 'Colour by', 'Times lost');
    await panel.page.getByText('Not known: The file keeps no history of its training').waitFor();
    await choose(panel, 'Colour by', 'Rank');
    await expect.poll(() => legend(panel)).toContain(`Rank of ${contents.tokens.length} tokens`);
  });

  test('keeps colour, order and search', async () => {
    const panel = await openSmall();
    await choose(panel, 'Colour by', 'Rank');
    await choose(panel, 'Sort by', 'Probability');
    await panel.page.getByRole('searchbox').fill('ea');
    await expect.poll(() => order(panel)).toEqual([4, 2, 1, 6, 0, 3, 5]);
    await panel.page.reload();
    await expect.poll(() => order(panel)).toEqual([4, 2, 1, 6, 0, 3, 5]);
    await expect.poll(() => bars(panel)).toEqual([100, 0, 0, 15, 0, 0, 0]);
    expect(await panel.page.locator(`${chips}.found`).count()).toBe(2);
  });

  test('groups the tokens of a character, and tells its bytes', async () => {
    const panel = await openSmall();
    const group = panel.page.getByRole('group', { name: 'Bytes of “🙂”' });
    expect(await group.locator('.chip').evaluateAll(all => all.map(chip => chip.getAttribute('data-index')))).toEqual([
      '2',
      '3',
    ]);
    expect(await group.locator('.glyph').textContent()).toBe('🙂');
    await panel.page.locator(`${chips}[data-index="3"]`).focus();
    const card = panel.page.locator('proto-token-card');
    await card.getByText('F0 9F 99 82').waitFor();
    expect(await card.locator('dl').textContent()).toMatch(/token 2 of 2/);
    expect(await panel.page.locator(`${chips}:focus`).getAttribute('aria-label')).toContain('part of “🙂”');
    // Elsewhere the parts stand alone.
    await choose(panel, 'Sort by', 'Rank');
    await expect.poll(() => group.count()).toBe(0);
  });

  test('is moved through by the keyboard alone', async () => {
    const panel = await openSmall();
    const list = panel.page.getByRole('combobox', { name: 'Colour by' });
    await list.focus();
    for (const key of ['Space', 'ArrowDown', 'ArrowDown', 'Enter']) await panel.page.keyboard.press(key);
    await expect.poll(() => legend(panel)).toContain('Margin of 7 tokens');
    expect(await list.evaluate(combobox => combobox.matches(':focus'))).toBe(true);
  });

  test.each(Object.keys(themes) as ThemeName[])('can be read by everybody in the theme %s', async theme => {
    const panel = await openSmall({}, theme);
    for (const name of ['Probability', 'Learned for good', 'Surprisal']) {
      await choose(panel, 'Colour by', name);
      await expect.poll(() => legend(panel)).toContain(name);
      expect(await seriousFindings(panel), `${name} in ${theme}`).toEqual([]);
    }
    await choose(panel, 'Sort by', 'Rank');
    await panel.page.getByRole('searchbox').fill('ea');
    await panel.page.getByText('2 matches').waitFor();
    expect(await seriousFindings(panel), `search in ${theme}`).toEqual([]);
  });
});
