import { strict as assert } from 'node:assert';
import { after, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { compress, jobOf, lenses, lensWith, place, until, untitled, write } from './support.ts';

const sentence = 'The sea was calm.';

describe('Compressing a selection', () => {
  const jobs: string[] = [];
  after(async () => {
    for (const job of jobs) await vscode.commands.executeCommand('protoTokens.removeJob', job);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('of a file: the result is saved, and decodes to the same text', async () => {
    const document = await vscode.workspace.openTextDocument(await write('sea.txt', `Once:\n${sentence}\n`));
    const job = await compress(document, sentence);
    jobs.push(job);
    await vscode.commands.executeCommand('protoTokens.save', job);
    const file = place('sea.txt.tokens.proto');
    assert((await vscode.workspace.fs.stat(file)).size > 0);
    await lensWith(document, /^Saved$/);
    await vscode.commands.executeCommand('protoTokens.decodeToNewDocument', file);
    const decoded = vscode.window.activeTextEditor?.document;
    assert.equal(decoded?.uri.scheme, 'untitled');
    assert.equal(decoded.getText(), sentence);
  });

  it('of a document that was never saved', async () => {
    const document = await untitled(`${sentence} And more.`);
    jobs.push(await compress(document, sentence));
  });

  it('of several selections: each is a job, in the order of their texts', async () => {
    const lines = ['The sea was calm.', 'It rained.', '   ', 'He went home.'];
    const document = await untitled(lines.join('\n'));
    const editor = await vscode.window.showTextDocument(document, vscode.ViewColumn.One);
    editor.selections = [3, 0, 2].map(line => new vscode.Selection(line, 0, line, lines[line]?.length ?? 0));
    await vscode.commands.executeCommand('protoTokens.compressSelection');
    const found = await until('two texts are compressed', async () => {
      const all = (await lenses(document)).filter(({ command }) => command?.title.startsWith('$(check)'));
      return all.length === 2 ? all : undefined;
    });
    jobs.push(...found.map(jobOf));
    assert.deepEqual(
      found.map(({ range }) => range.start.line),
      [0, 3],
    );
  });

  it('beside the text, in whichever column that is', async () => {
    const document = await untitled(sentence);
    const panelColumn = (): vscode.ViewColumn | undefined =>
      vscode.window.tabGroups.all.find(({ tabs }) => tabs.some(({ label }) => label.startsWith('Proto-Tokens: ')))
        ?.viewColumn;
    const before = panelColumn();
    assert(before);
    // The text is shown where the panel is.
    const editor = await vscode.window.showTextDocument(document, before);
    editor.selection = new vscode.Selection(0, 0, 0, sentence.length);
    await vscode.commands.executeCommand('protoTokens.compressSelection');
    jobs.push(jobOf(await lensWith(document, /^\$\(check\)/)));
    await until('the panel is in another column', () => (panelColumn() === before ? undefined : panelColumn()));
    assert.equal(vscode.window.activeTextEditor?.document, document);
  });

  it('of a read-only document of another extension', async () => {
    const provider = vscode.workspace.registerTextDocumentContentProvider('elsewhere', {
      provideTextDocumentContent: () => `First.\n\n${sentence}\n`,
    });
    const document = await vscode.workspace.openTextDocument(vscode.Uri.parse('elsewhere:/book/page'));
    const job = await compress(document, sentence);
    jobs.push(job);
    const [lens] = await lenses(document);
    assert.equal(lens?.range.start.line, 2);
    provider.dispose();
  });
});
