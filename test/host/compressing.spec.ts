import { strict as assert } from 'node:assert';
import { after, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { compress, lenses, lensWith, place, write } from './support.ts';

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
    await lensWith(document, /^Saved as sea\.txt\.tokens\.proto$/);
    await vscode.commands.executeCommand('protoTokens.decodeToNewDocument', file);
    const decoded = vscode.window.activeTextEditor?.document;
    assert.equal(decoded?.uri.scheme, 'untitled');
    assert.equal(decoded.getText(), sentence);
  });

  it('of a document that was never saved', async () => {
    const document = await vscode.workspace.openTextDocument({ content: `${sentence} And more.` });
    jobs.push(await compress(document, sentence));
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
