import { strict as assert } from 'node:assert';
import { after, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { activeTab, compress, jobOf, lenses, lensWith, place, until, write } from './support.ts';

const sentence = 'The sea was calm.';

describe('The files of a job', () => {
  const jobs: string[] = [];
  let moved: vscode.TextDocument;

  after(async () => {
    for (const job of jobs) await vscode.commands.executeCommand('protoTokens.removeJob', job);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  const rename = async (from: string, to: string): Promise<void> => {
    const edit = new vscode.WorkspaceEdit();
    edit.renameFile(place(from), place(to));
    assert(await vscode.workspace.applyEdit(edit));
  };

  it('are followed when the text is renamed: its marks and its name go with it', async () => {
    const document = await vscode.workspace.openTextDocument(await write('tales/sea.txt', `Once:\n${sentence}\n`));
    jobs.push(await compress(document, sentence));
    await rename('tales', 'stories');
    await rename('stories/sea.txt', 'stories/calm.txt');
    moved = await vscode.workspace.openTextDocument(place('stories/calm.txt'));
    const lens = await lensWith(moved, /^\$\(check\)/);
    assert.equal(jobOf(lens), jobs[0]);
    assert.equal(lens.range.start.line, 1);
  });

  it('are followed when the result is renamed, and it can be saved again when that is deleted', async () => {
    await vscode.commands.executeCommand('protoTokens.save', jobs[0]);
    await lensWith(moved, /^Saved$/);
    await rename('calm.txt.tokens.proto', 'kept.tokens.proto');
    await vscode.commands.executeCommand('protoTokens.openSaved', jobs[0]);
    await until('the renamed result is open', () => {
      const input = activeTab();
      return (input instanceof vscode.TabInputCustom && input.uri.path.endsWith('/kept.tokens.proto')) || undefined;
    });
    const edit = new vscode.WorkspaceEdit();
    edit.deleteFile(place('kept.tokens.proto'));
    assert(await vscode.workspace.applyEdit(edit));
    await lensWith(moved, /^Save$/);
  });

  it('can be saved again when somebody else has deleted the result', async () => {
    await vscode.commands.executeCommand('protoTokens.save', jobs[0]);
    await lensWith(moved, /^Saved$/);
    await vscode.workspace.fs.delete(place('calm.txt.tokens.proto'));
    await vscode.commands.executeCommand('protoTokens.openSaved', jobs[0]);
    await lensWith(moved, /^Save$/);
  });

  it('are followed when a new document is saved', async () => {
    const file = place('fresh.txt');
    const document = await vscode.workspace.openTextDocument(file.with({ scheme: 'untitled' }));
    const edit = new vscode.WorkspaceEdit();
    edit.insert(document.uri, new vscode.Position(0, 0), `First.\n${sentence}`);
    assert(await vscode.workspace.applyEdit(edit));
    jobs.push(await compress(document, sentence));
    assert(await document.save());
    const saved = await vscode.workspace.openTextDocument(file);
    const lens = await lensWith(saved, /^\$\(check\)/);
    assert.equal(jobOf(lens), jobs[1]);
    assert.equal((await lenses(saved))[0]?.range.start.line, 1);
  });
});
