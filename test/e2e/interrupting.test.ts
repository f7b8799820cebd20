import { expect, test } from 'vitest';
import { Panel, scoreIn } from './harness/panel.ts';
import { useVsCode } from './harness/session.ts';

/** Four segments: it takes long enough for somebody to interrupt it. */
const text =
  'The lighthouse keeper climbed the stairs every evening at dusk, carrying a lamp and a book of old songs. He did not ' +
  'mind the wind, nor the long hours of the night, for he had learned to listen to the sea as one listens to a friend. ' +
  'When the morning came, he put out the light and walked down to the village for bread. On the last day of the year a ' +
  "letter was waiting for him at the baker's door. It had no name upon it, and the hand was one that he had not seen " +
  'since he was a boy. He carried it home in his coat, laid it upon the table and looked at it for a long time. Then he ' +
  'lit the lamp before it was dark, sat down by the window and began to read. Nobody ever learned what was in it, but ' +
  'from that evening on there were two cups upon the shelf, and the songs that he sang to the sea were new ones.';
const session = useVsCode({ files: { 'story.txt': `${text}\n` } });

test('a job that is cancelled keeps what it has earned, and goes on when asked', async () => {
  const { workbench } = session();
  await workbench.openFile('story.txt');
  await workbench.selectLine('story.txt', 'The lighthouse keeper');
  await workbench.command('Compress Selection to Proto-Tokens');
  const panel = await Panel.ofJob(workbench);
  await panel.untilLearning();
  await panel.button('cancel').click();
  await panel.status('Cancelled').waitFor();
  const earned = scoreIn(await panel.facts());
  expect(earned.correct).toBeGreaterThan(0);
  expect(earned.correct).toBeLessThan(earned.tokens);
  await workbench.codeLens(`${earned.correct} of ${earned.tokens} tokens`).waitFor();
  await panel.openTab('result');
  await panel.frame.locator('proto-result', { hasText: 'Corrections in the file' }).waitFor();
  await panel.openTab('tokens');

  await panel.button('resume').click();
  await panel.status('Finished').waitFor();
  const final = scoreIn(await panel.facts());
  expect(final).toEqual({ correct: earned.tokens, tokens: earned.tokens });
});

test('a window that is loaded anew in mid-job offers to go on, and shows the panel again', async () => {
  const { workbench } = session();
  await workbench.openFile('story.txt');
  await workbench.selectLine('story.txt', 'The lighthouse keeper');
  await workbench.command('Compress Selection to Proto-Tokens');
  const before = await Panel.ofJob(workbench);
  await before.untilLearning();
  await workbench.reload();

  const offer = workbench.notification('was interrupted');
  await offer.waitFor();
  const panel = await Panel.ofJob(workbench);
  await panel.status('Interrupted').waitFor();
  await offer.locator('.monaco-button', { hasText: 'Resume' }).click();
  await panel.status('Training').waitFor();
  await panel.status('Finished').waitFor();
  const { correct, tokens } = scoreIn(await panel.facts());
  expect(correct).toBe(tokens);
});
