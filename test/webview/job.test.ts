import { describe, expect, test } from 'vitest';
import type { JobStatus } from '../../src/views/protocol.ts';
import { skipReason } from './support/browser.ts';
import { jobAt, panelTests } from './support/setup.ts';

describe.skipIf(skipReason)(`the panel of a job${skipReason}`, () => {
  const tests = panelTests();

  test.each<[JobStatus, string, boolean]>([
    ['queued', 'Cancel', false],
    ['running', 'Cancel', false],
    ['cancelled', 'Resume', false],
    ['interrupted', 'Resume', false],
    ['failed', 'Retry', false],
    ['finished', 'Train Longer', true],
  ])('offers what can be done with a job that is %s', async (status, labels, ended) => {
    const { job } = tests.recording();
    const problem = status === 'failed' ? 'The engine died 3 times over this job.' : null;
    const panel = await tests.open({ ...job, status, problem, result: ended ? job.result : null });
    const buttons = panel.page.locator('proto-job-header vscode-button');
    expect((await buttons.allInnerTexts()).map(text => text.trim()).join('|')).toBe(labels);
    if (problem) await panel.page.getByRole('alert').getByText(problem).waitFor();
    await buttons.first().press('Enter');
    const actions = { Cancel: 'cancel', Resume: 'resume', Retry: 'retry', 'Train Longer': 'trainLonger' } as const;
    const action = actions[labels as keyof typeof actions];
    await expect.poll(() => panel.asked('act')).toEqual([{ action }]);
  });

  test('says what has been achieved when a job is finished, not before, and what can be done with it', async () => {
    const { job } = tests.recording();
    const { result, model } = job;
    if (!result || !model) throw new Error('the recording has no result');
    const perfect = { ...result, accuracy: 1, corrections: 0, segments: 1 };
    const panel = await tests.open({ ...job, status: 'running', result: null });
    const achieved = panel.page.locator('proto-achievement section');
    await panel.page.locator('proto-job-header .badge', { hasText: 'Training' }).waitFor();
    expect(await achieved.count()).toBe(0);
    await panel.send({ type: 'result', result: perfect });
    await panel.send({ type: 'status', status: 'finished', problem: null });
    await achieved
      .getByText(`These ${result.decodedTokens} tokens now live in 2 vectors of ${model.hiddenSize} numbers.`)
      .waitFor();
    // Nothing is left to train then.
    expect(await panel.page.locator('proto-job-header vscode-button').count()).toBe(0);
    const buttons = achieved.locator('vscode-button');
    expect((await buttons.allInnerTexts()).map(text => text.trim())).toEqual([
      'Decode Them',
      'Save',
      'Break It: Change One Word',
      'Look Inside',
    ]);
    for (const button of await buttons.all()) await button.press('Enter');
    await expect
      .poll(() => panel.asked('act'))
      .toEqual([{ action: 'decode' }, { action: 'save' }, { action: 'breakIt' }, { action: 'lookInside' }]);
    await panel.send({ type: 'result', result: { ...perfect, savedAs: 'sea.tokens.proto' } });
    await expect.poll(() => buttons.count()).toBe(3);
  });

  test.each<[JobStatus, string]>([
    ['queued', 'Waiting for its turn'],
    ['running', 'Reading the text …'],
    ['failed', ''],
  ])('says of a job that is %s before its text was read no more than is known: %s', async (status, facts) => {
    const { job } = tests.recording();
    const problem = status === 'failed' ? 'There is no model in /models.' : null;
    const panel = await tests.open({ ...job, status, problem, tokens: [], moments: [], result: null });
    await panel.page.locator('proto-job-header h1').waitFor();
    expect((await panel.page.locator('proto-job-header .facts').textContent())?.trim()).toBe(facts);
  });

  test('says that a job is being cancelled, as long as it has not ended', async () => {
    const panel = await tests.open({ ...jobAt(tests.recording(), 0.2), status: 'cancelling' });
    await panel.page.locator('proto-job-header .badge', { hasText: 'Cancelling …' }).waitFor();
    expect(await panel.page.locator('proto-job-header vscode-button').count()).toBe(0);
  });

  test('announces a change of status at once, and progress at most every five seconds', async () => {
    const { job } = tests.recording();
    const panel = await tests.open({ ...jobAt(tests.recording(), 0.2), status: 'queued' });
    const region = panel.page.locator('proto-job-header [role=status]');
    await panel.page.evaluate(() => {
      const target = document
        .querySelector('proto-panel')
        ?.shadowRoot?.querySelector('proto-job-header')
        ?.shadowRoot?.querySelector('[role=status]');
      const said: string[] = [];
      Object.assign(window, { said });
      if (target)
        new MutationObserver(() => said.push(target.textContent ?? '')).observe(target, {
          childList: true,
          characterData: true,
          subtree: true,
        });
    });
    await panel.send({ type: 'status', status: 'running', problem: null });
    await region.getByText('Training.').waitFor();
    for (const moment of job.moments.slice(-20)) await panel.send({ type: 'moment', moment });
    await panel.page.waitForTimeout(200);
    const said = await panel.page.evaluate(() => (window as unknown as { said: string[] }).said);
    expect(said).toHaveLength(1);
  });

  test('tells the result honestly, and what it says agrees with the engine', async () => {
    const { job } = tests.recording();
    const { result } = job;
    if (!result) throw new Error('The recording has no result.');
    const panel = await tests.open(jobAt(tests.recording(), 1));
    await panel.page.getByRole('tab', { name: 'Result' }).click();
    await panel.page.getByText('Sizes and throughput are known when the training has ended.').waitFor();
    await panel.send({ type: 'result', result });
    await panel.send({ type: 'status', status: 'finished', problem: null });
    const texts = await panel.page.locator('proto-result section, proto-sizes .verdict').allTextContents();
    const text = texts.join(' ').replace(/\s+/g, ' ');
    const right = Math.round(result.accuracy * job.tokens.length);
    expect(text).toContain(`${right} of ${job.tokens.length} tokens`);
    expect(text).toContain(`The file has ${result.sizes.file.toLocaleString('en')} bytes`);
    expect(result.sizes.file).toBeGreaterThan(result.sizes.text);
    expect(text).toContain('times as large as the text');
    expect(text).not.toContain('Kept from before');
    await panel.send({ type: 'result', result: { ...result, keptSegments: 1 } });
    await panel.page.getByText(`1 of ${result.segments} segments`).waitFor();
    const rows = await panel.page.locator('proto-sizes tbody tr').allInnerTexts();
    const numbers = rows.map(row => Number(row.split('\t')[1]?.replaceAll(',', '')));
    const { sizes } = result;
    expect(numbers).toEqual([
      sizes.text,
      sizes.deflated,
      sizes.file,
      sizes.vectors,
      sizes.corrections,
      sizes.patches,
      sizes.header,
    ]);
    const buttons = await panel.page.locator('proto-result vscode-button').all();
    for (const button of buttons) await button.click();
    await expect
      .poll(() => panel.asked('act').map(({ action }) => action))
      .toEqual(['save', 'trainLonger', 'tryArrangement', 'trySeed', 'copyText']);
  });

  test('says that segments were split, what that cost, and leads to the budget', async () => {
    const { job } = tests.recording();
    const { result } = job;
    if (!result) throw new Error('The recording has no result.');
    const splitting = { planned: 4, split: 2, segments: 7, moreVectors: 6, moreBytes: 9216 };
    const panel = await tests.open({ ...job, status: 'finished', result: { ...result, splitting } });
    await panel.page.getByRole('tab', { name: 'Result' }).click();
    const note = panel.page.locator('proto-result .split');
    const words = (await note.textContent()) ?? '';
    expect(words).toContain('2 of 4 segments did not come out right within their budget and were split.');
    expect(words).toContain('The file now has 7 segments; the split added 6 vectors and 9,216 bytes to it.');
    await note.getByRole('button', { name: 'Change Budget' }).click();
    await expect.poll(() => panel.asked('act')).toEqual([{ action: 'changeBudget' }]);
    const unsplit = await tests.open({ ...job, status: 'finished' });
    await unsplit.page.getByRole('tab', { name: 'Result' }).click();
    await unsplit.page.locator('proto-result proto-sizes').waitFor();
    expect(await unsplit.page.locator('proto-result .split').count()).toBe(0);
  });

  test('shows a request that failed once, and lets it be dismissed', async () => {
    const { job } = tests.recording();
    const act = () => {
      throw new Error('The folder cannot be written.');
    };
    const panel = await tests.open({ ...job, status: 'finished' }, { handlers: { act } });
    await panel.page.locator('proto-job-header vscode-button').first().click();
    const alert = panel.page.getByRole('alert');
    await alert.getByText('The folder cannot be written.').waitFor();
    await alert.getByRole('button', { name: 'Show Log' }).click();
    await expect.poll(() => panel.asked('act').at(-1)).toEqual({ action: 'showLog' });
    await alert.getByRole('button', { name: 'Dismiss' }).click();
    expect(await alert.count()).toBe(0);
  });

  test('opens tabs with the keyboard', async () => {
    const panel = await tests.open(jobAt(tests.recording(), 1));
    const tab = (name: string) => panel.page.getByRole('tab', { name });
    await tab('Tokens').press('End');
    await panel.page.keyboard.press(' ');
    await expect.poll(() => tab('Result').getAttribute('aria-selected')).toBe('true');
    await panel.page.keyboard.press('ArrowLeft');
    await expect.poll(() => tab('Training').getAttribute('aria-selected')).toBe('true');
    expect(await panel.page.getByRole('tabpanel').count()).toBe(1);
  });
});
