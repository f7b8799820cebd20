import { describe, expect, test } from 'vitest';
import { skipReason } from './support/browser.ts';
import { panelTests } from './support/setup.ts';

describe.skipIf(skipReason)(`the editor of a file${skipReason}`, () => {
  const tests = panelTests();

  test('tells what the file is, and what can be done with it', async () => {
    const { file } = tests.recording();
    const panel = await tests.open(file);
    const facts = (await panel.page.locator('proto-overview section').allTextContents()).join(' ');
    for (const fact of [
      file.model.id,
      file.model.fingerprint,
      file.training.recipe,
      file.storage,
      file.arrangementLabel,
    ])
      expect(facts).toContain(fact);
    for (const button of await panel.page.locator('proto-overview vscode-button').all()) await button.click();
    await expect
      .poll(() => panel.asked('act').map(({ action }) => action))
      .toEqual(['decode', 'compare', 'verify', 'exportVectors']);
    expect(panel.asked('nearest')).toEqual([]);
  });

  test('shows the tokens when the model has decoded them, and until then why not', async () => {
    const { file, contents } = tests.recording();
    const panel = await tests.open(file);
    await panel.page.getByRole('tab', { name: 'Tokens' }).click();
    await panel.page.getByText('Decoding the file with its model …').waitFor();
    const problem = 'The file was made with another model.';
    await panel.send({ type: 'contents', contents: null, problem });
    await panel.page.getByText(problem).waitFor();
    await panel.page.getByRole('button', { name: 'Select Model' }).click();
    await panel.page.getByRole('button', { name: 'Retry' }).click();
    await expect.poll(() => panel.asked('act')).toEqual([{ action: 'selectModel' }, { action: 'retry' }]);
    await panel.send({ type: 'contents', contents: null, problem, canFetch: true });
    await panel.page.getByRole('button', { name: 'Fetch Model' }).click();
    await expect.poll(() => panel.asked('act').at(-1)).toEqual({ action: 'fetchModel' });
    expect(await panel.page.getByRole('button', { name: 'Select Model' }).count()).toBe(0);
    await panel.send({ type: 'contents', contents, problem: null });
    await panel.page.locator('.field .chip').first().waitFor();
    expect(await panel.page.locator('.field .chip.right').count()).toBe(contents.moment.correct);
  });

  test('decodes when asked to where that would take long, and can be told to stop', async () => {
    const panel = await tests.open(tests.recording().file);
    await panel.page.getByRole('tab', { name: 'Tokens' }).click();
    const reason = 'Decoding this file would take about 3 minutes; it begins when you ask for it.';
    await panel.send({ type: 'undecoded', reason });
    await panel.page.getByText(reason).waitFor();
    await panel.page.getByRole('button', { name: 'Decode' }).click();
    await panel.send({ type: 'undecoded', reason: null });
    await panel.page.getByText('Decoding the file with its model …').waitFor();
    await panel.page.getByRole('button', { name: 'Cancel' }).click();
    await expect.poll(() => panel.asked('act')).toEqual([{ action: 'decodeHere' }, { action: 'cancel' }]);
    await panel.send({ type: 'contents', contents: tests.recording().contents, problem: null });
    await panel.page.locator('.field .chip').first().waitFor();
  });

  test('lists the nearest tokens of each vector, and exports them', async () => {
    const { file, nearest } = tests.recording();
    const panel = await tests.open(file);
    await panel.page.getByRole('tab', { name: 'Vectors' }).click();
    const rows = panel.page.locator('proto-vectors tbody tr');
    await rows.first().waitFor();
    expect(await rows.count()).toBe(16);
    // As the search for tokens takes it.
    expect(await rows.first().locator('td').first().textContent()).toBe(String(nearest[0]?.byCosine[0]?.id));
    const products = await rows.locator('td:last-child').allTextContents();
    for (const product of products) expect(product.replace(/^[-−]?[0.]*|[^\d]/g, '')).toHaveLength(3);
    await panel.page.getByRole('button', { name: 'CSV' }).click();
    await expect.poll(() => panel.asked('exportFile').length).toBe(1);
    const [exported] = panel.asked('exportFile');
    expect(String(exported?.content).trim().split('\r\n').length).toBeGreaterThan(nearest.length * 16);
  });

  test.each([
    ['schema.proto', ['openAsText', 'retry'], ['Open with Text Editor', 'Retry']],
    ['Proto-Tokens', ['compressSelection', 'openSample'], ['Compress Selection', 'Try a Sample']],
  ] as const)('says of what cannot be shown why, and what can be done: %s', async (name, offers, labels) => {
    const problem = 'This is a Protocol Buffers schema.';
    const panel = await tests.open({ kind: 'foreign', name, problem, offers });
    await panel.page.getByText(problem).waitFor();
    for (const label of labels) await panel.page.getByRole('button', { name: label }).click();
    await expect.poll(() => panel.asked('act')).toEqual(offers.map(action => ({ action })));
  });

  test('says why the nearest tokens are not there, and offers another model or another try', async () => {
    let tries = 0;
    const nearest = () => {
      if (tries++ === 0) throw new Error('The file was made with another model.');
      return tests.recording().nearest;
    };
    const panel = await tests.open(tests.recording().file, { handlers: { nearest } });
    await panel.page.getByRole('tab', { name: 'Vectors' }).click();
    await panel.page.getByRole('alert').getByText('another model').waitFor();
    await panel.page.getByRole('button', { name: 'Select Model' }).click();
    await expect.poll(() => panel.asked('act')).toEqual([{ action: 'selectModel' }]);
    await panel.page.getByRole('button', { name: 'Retry' }).click();
    await panel.page.locator('proto-vectors tbody tr').first().waitFor();
  });
});
