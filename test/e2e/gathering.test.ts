import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readSolutions } from '../../src/runtime/files/solutions-file.ts';
import { demoModel } from '../support/paths.ts';
import { protoFile } from '../support/proto-file.ts';
import { Panel } from './harness/panel.ts';
import { useVsCode } from './harness/session.ts';

const texts = { calm: 'The sea was calm.', home: 'I will go home now.' };
const session = useVsCode({
  files: {
    'calm.tokens.proto': await protoFile(demoModel, texts.calm),
    'home.tokens.proto': await protoFile(demoModel, texts.home),
    'context.txt': 'The old man looked at the sea, and',
  },
  file: 'context.txt',
});

test('the model goes on with a context, and each continuation gets its solutions', async () => {
  const { workbench, workspace } = session();
  await workbench.selectLine('context.txt', 'The old man');
  await workbench.command('Proto-Tokens: Find Solutions of Continuations');
  const input = workbench.page.locator('.quick-input-widget input[type="text"]');
  for (const [prompt, answer] of [
    ['Continuations of each context', '2'],
    ['Tokens of each continuation', '4'],
    ['Solutions of each text', '2'],
  ] as const) {
    await workbench.page.locator('.quick-input-widget', { hasText: prompt }).waitFor();
    await input.fill(answer);
    await workbench.page.keyboard.press('Enter');
  }
  const editor = await Panel.ofSolutions(workbench);
  await editor.frame.locator('tr[data-kind=same-context] td').first().waitFor();
  const file = 'context.txt.solutions.json';
  const set = readSolutions(readFileSync(join(workspace, file)), file);
  expect(set.texts.map(({ context }) => context)).toEqual(['context.txt:1', 'context.txt:1']);
  expect(set.solutions).toHaveLength(4);
  await workbench.command('View: Close All Editors');
});

test('files that are chosen in the view are compared', async () => {
  const { workbench, workspace } = session();
  await workbench.openView('Proto-Tokens');
  await workbench.treeItem('calm.tokens.proto').click();
  await workbench.treeItem('home.tokens.proto').click({ modifiers: ['ControlOrMeta'] });
  await workbench.treeItem('home.tokens.proto').click({ button: 'right' });
  await workbench.chooseFromMenu('Compare Solutions');
  await workbench.page.locator('.tab.active', { hasText: 'comparison.solutions.json' }).waitFor();
  const editor = await Panel.ofSolutions(workbench);
  await editor.frame.locator('tr[data-kind=different-context] td').first().waitFor();
  const file = 'comparison.solutions.json';
  const set = readSolutions(readFileSync(join(workspace, file)), file);
  expect(set.texts.map(({ text }) => text)).toEqual(Object.values(texts));
});
