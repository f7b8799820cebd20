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
    await panel.send({ type: 'contents', contents, problem: null });
    await panel.page.locator('.field .chip').first().waitFor();
    expect(await panel.page.locator('.field .chip.right').count()).toBe(contents.moment.correct);
  });

  test('lists the nearest tokens of each vector, and exports them', async () => {
    const { file, nearest } = tests.recording();
    const panel = await tests.open(file);
    await panel.page.getByRole('tab', { name: 'Vectors' }).click();
    const rows = panel.page.locator('proto-vectors tbody tr');
    await rows.first().waitFor();
    expect(await rows.count()).toBe(16);
    expect(await rows.first().locator('td').first().textContent()).toBe(
      (nearest[0]?.byCosine[0]?.id ?? -1).toLocaleString('en'),
    );
    await panel.page.getByRole('button', { name: 'CSV' }).click();
    await expect.poll(() => panel.asked('exportFile').length).toBe(1);
    const [exported] = panel.asked('exportFile');
    expect(String(exported?.content).trim().split('\r\n').length).toBeGreaterThan(nearest.length * 16);
  });

  test('says of a foreign file what it is, and leads to the text editor', async () => {
    const problem = 'This is a Protocol Buffers schema.';
    const panel = await tests.open({ kind: 'foreign', name: 'schema.proto', problem });
    await panel.page.getByText(problem).waitFor();
    await panel.page.getByRole('button', { name: 'Open with Text Editor' }).click();
    await expect.poll(() => panel.asked('act')).toEqual([{ action: 'openAsText' }]);
  });
});
