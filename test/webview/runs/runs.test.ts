import { describe, expect, test } from 'vitest';
import { skipReason } from '../support/browser.ts';
import { runsTests } from './support/runs-page.ts';
import { document, momentAt, runs } from './support/sample.ts';

describe.skipIf(skipReason)(`the table of runs${skipReason}`, () => {
  const tests = runsTests();

  test('is sorted by any column, the unknown last, and says how', async () => {
    const open = await tests.open();
    expect(await open.page.locator('tr[data-run]').count()).toBe(runs.length);
    const ids = () =>
      open.page.locator('tbody tr[data-run]').evaluateAll(rows => rows.map(row => row.getAttribute('data-run')));
    const header = (name: string) => open.page.getByRole('columnheader', { name });
    expect(await header('When').getAttribute('aria-sort')).toBe('descending');
    expect((await ids())[0]).toBe('run-7');
    await header('Right').getByRole('button').first().click();
    expect(await header('Right').getAttribute('aria-sort')).toBe('ascending');
    expect(await header('When').getAttribute('aria-sort')).toBe('none');
    expect(await ids()).toEqual(['run-4', 'run-6', 'run-3', 'run-2', 'run-5', 'run-1', 'run-7']);
    await header('Right').getByRole('button').first().press('Enter');
    expect(await ids()).toEqual(['run-5', 'run-1', 'run-2', 'run-3', 'run-6', 'run-4', 'run-7']);
    await header('Model').getByRole('button').first().click();
    expect((await ids()).at(-1)).toBe('run-4');
  });

  test('is filtered by words, wherever they stand', async () => {
    const open = await tests.open();
    const filter = open.page.getByRole('searchbox', { name: 'Filter' });
    await filter.fill('lamp wrong');
    expect(await open.page.locator('tr[data-run]').count()).toBe(2);
    await open.page.getByText('2 of 7 runs shown').waitFor({ state: 'attached' });
    await filter.fill('PYTHIA');
    expect(await open.page.locator('tr[data-run]').count()).toBe(1);
    await filter.fill('nothing like it');
    await open.page.getByText('No run has all of these words.').waitFor();
  });

  test('shows a run where it is clicked, and goes with what the host tells', async () => {
    const open = await tests.open();
    await open.page.getByRole('button', { name: 'Going home' }).click();
    expect(open.asked('showRun')).toEqual([{ id: 'run-5' }]);
    const [, running] = runs;
    if (!running) throw new Error('no run');
    await open.send({ type: 'run', run: { ...running, name: 'renamed', correct: 6 } });
    await open.page.getByRole('button', { name: 'renamed' }).waitFor();
    await open.page.locator('tr[data-run=run-6]', { hasText: '6 (60%)' }).waitFor();
    await open.send({ type: 'show', document: { ...document, runs: runs.slice(2) }, chosen: null });
    await expect.poll(() => open.names()).not.toContain('renamed');
  });

  test('is exported with everything that is known', async () => {
    const open = await tests.open();
    await open.page.getByRole('group', { name: 'Export Runs' }).getByText('CSV').click();
    await expect.poll(() => open.asked('exportFile').length).toBe(1);
    const lines = String(open.asked('exportFile')[0]?.content).trim().split('\r\n');
    expect(lines).toHaveLength(1 + runs.length);
    expect(lines[0]).toMatch(/^name,model,arrangement,recipe,seed,tokens,right,evaluations,time,size,when,state/);
    expect(lines[3]).toMatch(
      /^Going home,demo-model,\[e\]\[m\]×\(N-1\),paper,5,.*,perfect,story.txt:5,"I will go home now, he said.",700/,
    );
  });

  test('of nothing says how runs are made, with a button that does it', async () => {
    const open = await tests.open({ document: { ...document, runs: [] } });
    await open.page.getByRole('button', { name: 'Try It on a Sample' }).click();
    expect(open.asked('act')).toEqual([{ action: 'openSample' }]);
  });
});

describe.skipIf(skipReason)(`runs that are compared${skipReason}`, () => {
  const tests = runsTests();

  test('are the two latest of one text at first, or those that the person had selected', async () => {
    const open = await tests.open({ chosen: ['run-1', 'run-2', 'run-3'] });
    await expect.poll(() => open.asked('details').length).toBe(3);
    expect(open.asked('follow').at(-1)).toEqual({ ids: ['run-1', 'run-2', 'run-3'] });
    const other = await tests.open();
    await expect.poll(() => other.asked('follow').at(-1)).toEqual({ ids: ['run-4', 'run-6'] });
  });

  test('are overlaid, and their settings that differ told', async () => {
    const open = await tests.open({ chosen: ['run-1', 'run-2'] });
    await expect
      .poll(() => open.summaryOf('accuracy'))
      .toBe('Accuracy. A: seed 1: 100 after 53 evaluations; B: seed 2: 90 after 66 evaluations');
    expect(await open.settings()).toEqual([['Seed', '1', '2']]);
    await open.toggle('run-5');
    await expect.poll(() => open.summaryOf('loss')).toContain('; C: seed 5, paper: ');
    expect(await open.settings()).toEqual([
      ['Text', expect.stringContaining('The lamp'), expect.stringContaining('The lamp'), 'Going home'],
      ['Recipe', 'lbfgs', 'lbfgs', 'paper'],
      ['Budget', "the recipe's own", "the recipe's own", '700 evaluations'],
      ['Seed', '1', '2', '5'],
    ]);
    await open.toggle('run-1');
    await open.toggle('run-2');
    await open.page.getByText('Check two to five runs in the table').waitFor();
  });

  test('are five at most', async () => {
    const open = await tests.open({ chosen: ['run-1', 'run-2', 'run-3', 'run-4', 'run-5'] });
    const box = open.page.locator('tr[data-run=run-6] input');
    await expect.poll(() => box.isDisabled()).toBe(true);
    expect(await box.getAttribute('title')).toContain('5 runs are compared already');
    await open.toggle('run-2');
    await expect.poll(() => box.isDisabled()).toBe(false);
    await open.toggle('run-6');
    await expect
      .poll(() => open.asked('follow').at(-1))
      .toEqual({ ids: ['run-1', 'run-3', 'run-4', 'run-5', 'run-6'] });
    await expect
      .poll(() =>
        open.page
          .locator('tr.chosen .letter')
          .allTextContents()
          .then(all => all.sort()),
      )
      .toEqual(['A', 'B', 'C', 'D', 'E']);
  });

  test('have their tokens side by side, with the places marked where they differ', async () => {
    const open = await tests.open({ chosen: ['run-1', 'run-2', 'run-3'] });
    await open.page.getByText('The runs differ in 2 of 10 tokens.').waitFor();
    const row = (i: number) => open.page.locator('proto-run-tokens tbody tr').nth(i).locator('td');
    expect(await row(0).locator('code').allTextContents()).toEqual([
      'The',
      '·lamp',
      '·burned',
      '·all',
      '·night,',
      '·and',
      '·the',
      '·sea',
      '·was',
      '·calm.',
    ]);
    const kinds = async (i: number) =>
      (await row(i).evaluateAll(cells => cells.map(({ className }) => className.trim()))).slice(7);
    expect(await kinds(0)).toEqual(['right', 'right different', 'right different']);
    expect(await kinds(1)).toEqual(['right', 'right different', 'wrong different']);
    expect(await kinds(2)).toEqual(['right', 'wrong different', 'wrong different']);
    expect(await row(2).nth(9).textContent()).toContain('wrong');
    await open.page.getByText('Only where they differ').click();
    await expect.poll(() => row(1).count()).toBe(2);
  });

  test('of two texts stand below each other', async () => {
    const open = await tests.open({ chosen: ['run-1', 'run-5'] });
    await open.page.locator('proto-run-tokens h3').nth(1).waitFor();
    expect(await open.page.locator('proto-run-tokens h3').allTextContents()).toEqual([
      'A: The lamp burned all nigh …',
      'B: Going home',
    ]);
    expect(await open.page.getByText('Only where they differ').count()).toBe(0);
  });

  test('go on as long as they run, and have their result when they end', async () => {
    let ended = false;
    const text = runs[1]?.text ?? '';
    const handlers = {
      details: ({ id }: { id: string }) => {
        const run = momentAt(text, 118, 5, 6);
        const tokens = [...momentAt(text, 1, 10, 0).predicted].map(token => ({
          id: token,
          text: `t${token}`,
          start: 0,
          end: 0,
        }));
        const last = momentAt(text, 200, ended ? 10 : 7, 6);
        return id === 'run-6' && ended
          ? { tokens, moments: [run, last], outcome: last.predicted }
          : { tokens, moments: [run], outcome: null };
      },
    };
    const open = await tests.open({ chosen: ['run-6', 'run-1'], options: { handlers } });
    await expect.poll(() => open.summaryOf('accuracy')).toContain('A: seed 6: 50 after 118 evaluations');
    await open.send({ type: 'moment', id: 'run-6', moment: momentAt(text, 140, 7, 6) });
    await expect.poll(() => open.summaryOf('accuracy')).toContain('A: seed 6: 70 after 140 evaluations');
    await open.page.locator('proto-run-tokens tbody tr', { hasText: '7 of 10' }).waitFor();
    const [, running] = runs;
    if (!running) throw new Error('no run');
    ended = true;
    await open.send({ type: 'run', run: { ...running, standing: 'perfect', correct: 10 } });
    await expect.poll(() => open.summaryOf('accuracy')).toContain('A: seed 6: 100 after 200 evaluations');
  });

  test('say why one of them cannot be shown', async () => {
    const open = await tests.open({ chosen: ['run-1', 'run-7'] });
    await open.page.getByText('B: The text of this run cannot be cut into tokens.').waitFor();
    expect(await open.summaryOf('loss')).toContain('nothing yet');
  });

  test.each([
    ['PNG', /^\d/],
    ['SVG', /^<svg/],
    ['CSV', /^evaluations,A: seed 1,B: seed 2/],
  ])('are exported as %s', async (format, content) => {
    const open = await tests.open({ chosen: ['run-1', 'run-2'] });
    await expect.poll(() => open.summaryOf('loss')).toContain('after 53');
    await open.page.getByRole('group', { name: 'Export Loss' }).getByText(format, { exact: true }).click();
    await expect.poll(() => open.asked('exportFile').length).toBe(1);
    const [file] = open.asked('exportFile');
    expect(file?.name).toBe(`runs-loss.${format.toLowerCase()}`);
    expect(String(file?.content)).toMatch(content);
  });

  test('are the same after a reload, with order, filter and all', async () => {
    const open = await tests.open({ chosen: ['run-2', 'run-1', 'run-3'] });
    await open.page.getByRole('columnheader', { name: 'Seed' }).getByRole('button').first().click();
    await open.page.getByRole('searchbox', { name: 'Filter' }).fill('lamp');
    await open.page.getByText('Only where they differ').click();
    await open.page.reload();
    await open.page.getByText('The runs differ in 2 of 10 tokens.').waitFor();
    expect(open.asked('follow').at(-1)).toEqual({ ids: ['run-2', 'run-1', 'run-3'] });
    expect(await open.page.getByRole('columnheader', { name: 'Seed' }).getAttribute('aria-sort')).toBe('ascending');
    expect(await open.page.getByRole('searchbox', { name: 'Filter' }).inputValue()).toBe('lamp');
    expect(await open.page.getByRole('checkbox', { name: 'Only where they differ' }).isChecked()).toBe(true);
  });
});
