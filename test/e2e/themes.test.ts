import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { Panel } from './harness/panel.ts';
import { useVsCode } from './harness/session.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** Of what passes only the names of the rules are wanted: all of its places would take as long to find as the rest. */
const run = `axe
  .run(document, { iframes: false, resultTypes: ['violations'] })
  .then(({ violations, passes }) => ({ violations, passed: passes.map(({ id }) => id) }))`;
const session = useVsCode({
  files: { 'story.txt': 'The lamp burned all night.\n' },
  file: 'story.txt',
  settings: { 'protoTokens.recipe': 'paper', 'protoTokens.budget': 12 },
});

interface Violation {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
}

interface Findings {
  readonly violations: readonly Violation[];
  /** Rules that something passes. */
  readonly passed: readonly string[];
}

/** Violations that people would stumble over. */
async function barriers(panel: Panel): Promise<string[]> {
  if (!(await panel.frame.evaluate(() => 'axe' in window))) await panel.frame.evaluate(axe);
  const { violations, passed }: Findings = await panel.frame.evaluate(run);
  // It looked at what is there, shadow roots and all.
  expect(passed).toContain('color-contrast');
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)}\n${failureSummary}`),
    );
}

const themes = {
  dark: ['Default Dark Modern', 'vscode-dark'],
  light: ['Default Light Modern', 'vscode-light'],
  'high contrast': ['Default High Contrast', 'vscode-high-contrast'],
  'high contrast light': ['Default High Contrast Light', 'vscode-high-contrast-light'],
} as const;

test('the panel follows every theme, and nobody is shut out of it', async () => {
  const { workbench, picture } = session();
  await workbench.selectLine('story.txt', 'lamp burned');
  await workbench.command('Compress Selection to Proto-Tokens');
  const panel = await Panel.ofJob(workbench);
  await panel.status('Finished').waitFor();
  expect(await panel.frame.locator('.field .chip.wrong').count()).toBeGreaterThan(0);
  const found: string[] = [];
  for (const [name, [theme, bodyClass]] of Object.entries(themes)) {
    workbench.configure({ 'workbench.colorTheme': theme });
    await panel.frame.locator(`body.${bodyClass}`).waitFor();
    for (const tab of ['training', 'result', 'tokens']) {
      await panel.openTab(tab);
      found.push(...(await barriers(panel)).map(barrier => `${name}, ${tab}: ${barrier}`));
    }
    await picture(`theme ${name}`);
  }
  expect(found).toEqual([]);
});
