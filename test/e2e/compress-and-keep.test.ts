import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readProto } from '../../src/runtime/files/proto-file.ts';
import { Panel, scoreIn } from './harness/panel.ts';
import { useVsCode } from './harness/session.ts';

/** Nearly as many tokens as a segment holds. */
const story =
  'The lighthouse keeper climbed the stairs every evening at dusk, carrying a lamp and a book of old songs. He did not ' +
  'mind the wind, nor the long hours of the night, for he had learned to listen to the sea as one listens to a friend.';
const session = useVsCode({
  files: { 'story.md': `# A story\n\n${story}\n\nIn the morning the keeper walked to the village.\n` },
  file: 'story.md',
});

test('select, right-click, watch it learn, save, open, decode', async () => {
  const { workbench, workspace, picture } = session();
  await workbench.chooseOnLine('story.md', 'The lighthouse keeper', 'Compress Selection to Proto-Tokens');

  // The panel is beside the editor, which keeps the focus.
  const panel = await Panel.ofJob(workbench);
  await expect.poll(() => panel.frame.locator('.field .chip.right').count()).toBeGreaterThan(16);
  await panel.pointAt(50);
  await picture('panel-tokens');

  await panel.status('Finished').waitFor();
  const { correct, tokens } = scoreIn(await panel.facts());
  expect(correct).toBe(tokens);
  expect(await panel.chips()).toHaveLength(tokens);
  await workbench.statusBarItem(`${tokens} of ${tokens} tokens`).waitFor();
  await workbench.codeLens(`${tokens} of ${tokens} tokens`).waitFor();
  await workbench.codeLens('Save').waitFor();

  await panel.openTab('training');
  await expect.poll(() => panel.drawnCanvases()).toBeGreaterThan(0);
  await picture('panel-training');

  await panel.openTab('result');
  await panel.frame.locator('proto-result', { hasText: `${tokens} of ${tokens} tokens` }).waitFor();
  await picture('panel-result');

  await panel.button('save').click();
  await workbench.notification('Saved as story.md.tokens.proto').waitFor();
  const file = readProto(readFileSync(join(workspace, 'story.md.tokens.proto')), 'story.md.tokens.proto');
  expect(file.segmentLengths.reduce((sum, length) => sum + length)).toBe(tokens);
  expect(file.training.accuracy).toBe(1);

  await workbench.openView('Proto-Tokens');
  const listed = workbench.treeItem('story.md.tokens.proto');
  await expect.poll(() => listed.textContent()).toContain(`${tokens} tokens, 100 %`);
  await listed.click();
  const editor = await Panel.ofFile(workbench);
  expect(await editor.facts()).toContain(`${tokens} tokens`);
  await editor.frame.locator('proto-sizes').waitFor();
  await workbench.dismissNotifications();
  await picture('file-editor');
  await editor.openTab('tokens');
  await expect.poll(async () => (await editor.chips()).length).toBe(tokens);

  await editor.openTab('overview');
  await editor.button('decode').click();
  await expect.poll(() => workbench.untitledText()).toBe(story);

  // Opened for the first time now, the walkthrough has ticked what was done before.
  await workbench.choose('Open Walkthrough', 'Compress a text into two vectors');
  for (const title of ['Select a text', 'Compress it', 'Look closely', 'Use what you have made'])
    await workbench.page
      .locator('.getting-started-step', { hasText: title })
      .locator('.codicon-getting-started-step-checked')
      .first()
      .waitFor();
});
