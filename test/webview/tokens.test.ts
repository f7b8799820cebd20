import { describe, expect, test } from 'vitest';
import { skipReason } from './support/browser.ts';
import type { PanelPage } from './support/panel-page.ts';
import { jobAt, panelTests } from './support/setup.ts';

const chips = '.field .chip';

async function counted(panel: PanelPage) {
  const count = (name: string) => panel.page.locator(`${chips}.${name}`).count();
  return { right: await count('right'), wrong: await count('wrong'), unknown: await count('unknown') };
}

describe.skipIf(skipReason)(`the token view${skipReason}`, () => {
  const tests = panelTests();

  test('follows the moments: chips, header and segments agree with each of them', async () => {
    const { job } = tests.recording();
    const panel = await tests.open({ ...job, status: 'running', moments: [], result: null });
    await panel.page.locator(chips).first().waitFor();
    expect(await counted(panel)).toEqual({ right: 0, wrong: 0, unknown: job.tokens.length });
    for (const moment of [job.moments[0], job.moments[job.moments.length >> 1], job.moments.at(-1)]) {
      if (!moment) throw new Error('The recording is empty.');
      await panel.send({ type: 'moment', moment });
      const { correct } = moment;
      const facts = panel.page.locator('proto-job-header .facts');
      await facts.getByText(`${correct} of ${job.tokens.length} tokens`, { exact: true }).waitFor();
      expect(await counted(panel)).toEqual({ right: correct, wrong: job.tokens.length - correct, unknown: 0 });
      const labels = await panel.page.locator('.segmented .label').allInnerTexts();
      expect(
        labels.map(label =>
          label
            .match(/(\d+) of (\d+)/)
            ?.slice(1)
            .map(Number),
        ),
      ).toEqual(moment.segments.map(segment => [segment.correct, segment.length]));
    }
    const texts = await panel.page
      .locator(chips)
      .evaluateAll(all => all.map(chip => (chip.hasAttribute('data-space') ? ' ' : '') + chip.textContent));
    expect(texts.join('')).toBe(job.text.replaceAll('\n', '⏎'));
  });

  test('marks no segment as in training once the training is over, whatever its last moment says', async () => {
    const { job } = tests.recording();
    const last = job.moments.at(-1);
    if (!last) throw new Error('The recording is empty.');
    const segments = last.segments.map(segment => ({ ...segment, state: 'training' as const }));
    const panel = await tests.open({ ...job, status: 'running', moments: [{ ...last, segments }] });
    const marks = async () =>
      (await panel.page.locator('.segmented .label').allInnerTexts()).map(label => label.slice(0, 1));
    await expect.poll(marks).toEqual(segments.map(() => '◐'));
    await panel.send({ type: 'status', status: 'finished', problem: null });
    await expect.poll(marks).toEqual(segments.map(() => '●'));
  });

  test('shows what is predicted in the place of wrong tokens once the training has ended', async () => {
    const { job, texts } = tests.recording();
    const panel = await tests.open({ ...job, status: 'finished' });
    const last = job.moments.at(-1);
    const wrong = job.tokens.flatMap(({ id }, index) => (last?.predicted[index] === id ? [] : [index]));
    expect(wrong.length).toBeGreaterThan(0);
    for (const index of wrong) {
      const chip = panel.page.locator(`${chips}[data-index="${index}"][data-guess]`);
      const guess = texts.get(last?.predicted[index] ?? -1) ?? '';
      expect(await chip.getAttribute('data-guess')).toBe(guess.replaceAll(' ', '·').replaceAll('\n', '⏎'));
    }
    await panel.page.getByText('Only wrong').click();
    expect(await panel.page.locator(`${chips}:visible`).count()).toBe(wrong.length);
  });

  test('keeps the card while the mouse goes to it, and closes it on Escape', async () => {
    const { job, details } = tests.recording();
    const panel = await tests.open({ ...job, status: 'finished' });
    const card = panel.page.locator('proto-token-card');
    await panel.page.locator(`${chips}[data-index="3"]`).hover();
    await card.getByText('Rank of target').waitFor();
    const [detail] = details.slice(3);
    expect(await card.locator('proto-probability-bar').count()).toBe(5);
    expect(await card.locator('dl').textContent()).toContain(String(detail?.rank));
    expect(panel.asked('hoverToken').at(-1)).toEqual({ index: 3 });
    await card.hover();
    await panel.page.waitForTimeout(600);
    expect(await card.isVisible()).toBe(true);
    await panel.page.keyboard.press('Escape');
    await card.waitFor({ state: 'hidden' });
    expect(panel.asked('hoverToken').at(-1)).toEqual({ index: null });
  });

  test('asks for a detail once per token and moment, and says why there is none', async () => {
    const { job } = tests.recording();
    const explain = ({ index }: { index: number }) => {
      throw new Error(index === 2 ? 'The engine is asleep.' : 'no');
    };
    const panel = await tests.open({ ...job, status: 'finished' }, { handlers: { explain } });
    for (let i = 0; i < 2; i++) {
      await panel.page.locator(`${chips}[data-index="2"]`).hover();
      await panel.page.locator('proto-token-card').getByText('The engine is asleep.').waitFor();
      await panel.page.locator('h1').hover();
      await panel.page.locator('proto-token-card').waitFor({ state: 'hidden' });
    }
    expect(panel.asked('explain')).toEqual([{ index: 2 }]);
  });

  test('is walked through with the keyboard alone', async () => {
    const { job } = tests.recording();
    const panel = await tests.open({ ...job, status: 'finished' });
    const { keyboard } = panel.page;
    const focused = () =>
      panel.page.locator(`${chips}:focus`).evaluate(chip => Number(chip.getAttribute('data-index')));
    const press = async (key: string) => {
      await keyboard.press(key);
      return focused();
    };
    const last = job.moments.at(-1);
    const wrong = job.tokens.flatMap(({ id }, index) => (last?.predicted[index] === id ? [] : [index]));
    await panel.page.getByRole('button', { name: 'Next wrong token' }).press('Tab');
    expect(await focused()).toBe(0);
    expect(await press('ArrowRight')).toBe(1);
    expect(await press('ArrowLeft')).toBe(0);
    const below = await press('ArrowDown');
    expect(below).toBeGreaterThan(1);
    expect(await press('ArrowUp')).toBe(0);
    expect(await press('End')).toBe(job.tokens.length - 1);
    expect(await press('Home')).toBe(0);
    expect(await press('n')).toBe(wrong.find(index => index > 0));
    expect(await press('PageDown')).toBe(job.tokens.length - 1);
    const previous = await press('p');
    expect(wrong).toContain(previous);
    expect(await panel.page.locator(`${chips}:focus`).getAttribute('aria-label')).toMatch(/wrong, predicted/);
    await panel.page.locator('proto-token-card').waitFor();
    await keyboard.press('Enter');
    await expect.poll(() => panel.asked('revealToken')).toEqual([{ index: previous }]);
    await keyboard.press('Escape');
    await panel.page.locator('proto-token-card').waitFor({ state: 'hidden' });
    expect(await panel.page.locator(`${chips}[tabindex="0"]`).count()).toBe(1);
  });

  test('goes to the token that was chosen in the editor', async () => {
    const panel = await tests.open(jobAt(tests.recording(), 0.5));
    await panel.send({ type: 'focusToken', index: 7 });
    await panel.page.locator(`${chips}.pointed[data-index="7"]`).waitFor();
  });
});
