import { describe, expect, test } from 'vitest';
import { skipReason } from './support/browser.ts';
import { panelTests } from './support/setup.ts';

describe.skipIf(skipReason)(`what a view keeps of itself${skipReason}`, () => {
  const tests = panelTests();

  test('comes back after a reload: tab, moment, filter and place', async () => {
    const { job } = tests.recording();
    const panel = await tests.open({ ...job, status: 'finished' }, { height: 420 });
    await panel.page.getByText('Only wrong').click();
    await panel.page.getByRole('tab', { name: 'Training' }).click();
    await panel.page.getByRole('slider').press('Home');
    await panel.page.getByRole('slider').press('PageUp');
    await panel.page.evaluate(() => window.scrollTo(0, 260));
    await panel.page.waitForTimeout(400);
    await panel.page.reload();
    await panel.page.getByText(`At evaluation ${job.moments[10]?.evaluations} of`).waitFor();
    expect(await panel.page.getByRole('tab', { name: 'Training' }).getAttribute('aria-selected')).toBe('true');
    expect(await panel.page.getByRole('slider').getAttribute('aria-valuenow')).toBe('10');
    // Charts that are drawn after the place is restored may shift it by a rounded pixel.
    await expect.poll(() => panel.page.evaluate(() => Math.abs(window.scrollY - 260))).toBeLessThan(3);
    await panel.page.getByRole('tab', { name: 'Tokens' }).click();
    expect(await panel.page.getByRole('checkbox', { name: 'Only wrong' }).isChecked()).toBe(true);
    expect(panel.asked('ready')).toHaveLength(2);
  });

  test('is left behind when another document takes its place', async () => {
    const { job } = tests.recording();
    const panel = await tests.open({ ...job, status: 'finished' });
    await panel.page.getByRole('tab', { name: 'Result' }).click();
    await panel.send({ type: 'show', document: { ...job, id: 'another', title: 'another.md' } });
    await panel.page.getByRole('heading', { name: 'another.md' }).waitFor();
    expect(await panel.page.getByRole('tab', { name: 'Tokens' }).getAttribute('aria-selected')).toBe('true');
  });

  test('takes no answer for its own that was meant for the page before it', async () => {
    const { job } = tests.recording();
    const panel = await tests.open({ ...job, status: 'finished' });
    await panel.page.reload();
    await panel.page.getByRole('heading', { name: job.title }).waitFor();
    const ids = panel.requests.map(({ id }) => id);
    expect(ids.length).toBeGreaterThanOrEqual(2);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
