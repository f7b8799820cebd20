import { expect, test } from 'vitest';
import { Panel } from './harness/panel.ts';
import { useVsCode } from './harness/session.ts';

const story =
  'The lighthouse keeper climbed the stairs every evening at dusk, carrying a lamp and a book of old songs. He did not ' +
  'mind the wind, nor the long hours of the night.';
const session = useVsCode({
  files: { 'story.md': `# A story\n\n${story}\n\nThe end.\n` },
  file: 'story.md',
  // Too few evaluations for the paper's recipe: most tokens stay wrong.
  settings: {
    'protoTokens.recipe': 'paper',
    'protoTokens.budget': 6,
    'protoTokens.ghostText': true,
    'editor.wordWrap': 'on',
  },
});

/** Something in brackets, which the text has none of. */
const predicted = /\[.+\]/;

/** How far the text of each line reaches beyond what its editor shows, in pixels; the farthest. */
function overhang(lines: readonly Element[]): number {
  return Math.max(
    ...lines.map(line => {
      const shown = line.closest('.overflow-guard')?.getBoundingClientRect();
      const written = line.firstElementChild?.getBoundingClientRect();
      return (written?.right ?? 0) - (shown?.right ?? 0);
    }),
  );
}

test('hints push no word out of a narrow editor, and its actions fit', async () => {
  const { workbench, picture } = session();
  const { page } = workbench;
  await page.setViewportSize({ width: 1060, height: 760 });
  await workbench.selectLine('story.md', 'The lighthouse keeper');
  await workbench.command('Compress Selection to Proto-Tokens');
  const panel = await Panel.ofJob(workbench);
  await panel.status('Finished').waitFor();
  const editor = workbench.editor('story.md');
  const lines = editor.locator('.view-line');
  await lines.filter({ hasText: predicted }).first().waitFor();
  expect(await lines.evaluateAll(overhang)).toBeLessThanOrEqual(0);
  const lens = workbench.codeLens('Train Longer');
  await lens.waitFor();
  const fits = async (): Promise<boolean> => {
    const [actions, guard] = [await lens.boundingBox(), await editor.boundingBox()];
    return Boolean(actions && guard && actions.x + actions.width <= guard.x + guard.width);
  };
  await expect.poll(fits).toBe(true);
  await picture('narrow editor with predicted text');

  await editor.locator('.view-line', { hasText: 'lamp' }).first().click();
  await page.keyboard.type('x');
  await workbench.codeLens('Compress Again').waitFor();
  await expect.poll(() => lines.filter({ hasText: predicted }).count()).toBe(0);
  expect(await lines.evaluateAll(overhang)).toBeLessThanOrEqual(0);
  await picture('narrow editor with an edited text');
});
