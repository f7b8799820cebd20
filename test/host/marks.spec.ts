import { strict as assert } from 'node:assert';
import { after, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { compress, jobOf, lenses, lensWith, until, untitled } from './support.ts';

const sentence = 'The sea was calm.';

describe('What is shown over a compressed text', () => {
  let document: vscode.TextDocument;
  const jobs: string[] = [];

  before(async () => {
    document = await untitled(`First.\n${sentence}\nLast.`);
    jobs.push(await compress(document, sentence));
  });

  after(async () => {
    for (const job of jobs) await vscode.commands.executeCommand('protoTokens.removeJob', job);
    assert.deepEqual(await lenses(document), []);
    await vscode.window.showTextDocument(document);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  const edit = async (position: vscode.Position, text: string): Promise<void> => {
    const change = new vscode.WorkspaceEdit();
    change.insert(document.uri, position, text);
    assert(await vscode.workspace.applyEdit(change));
  };
  const lineOfLens = (line: number): Promise<boolean> =>
    until(`the CodeLens is at line ${line}`, async () => {
      const all = await lenses(document);
      return (all.length && all.every(({ range }) => range.start.line === line)) || undefined;
    });

  it('stays where the text is when something is inserted before it', async () => {
    await lineOfLens(1);
    await edit(new vscode.Position(0, 0), 'One line.\nAnother.\n');
    await lineOfLens(3);
    await lensWith(document, /^\$\(check\)/);
  });

  it('does not mind what happens after it', async () => {
    await edit(document.lineAt(document.lineCount - 1).range.end, ' The end.');
    await lineOfLens(3);
    await lensWith(document, /^\$\(check\)/);
  });

  it('says so when the text itself has been edited, as long as it is', async () => {
    // The same words elsewhere are not the text that was edited.
    await edit(document.lineAt(document.lineCount - 1).range.end, `\n${sentence}`);
    await edit(new vscode.Position(3, 4), 'dead ');
    await lensWith(document, /^\$\(history\) edited$/);
    const change = new vscode.WorkspaceEdit();
    change.delete(document.uri, new vscode.Range(3, 4, 3, 9));
    assert(await vscode.workspace.applyEdit(change));
    await lensWith(document, /^\$\(check\)/);
  });

  it('finds the text again when all of the document is replaced', async () => {
    const change = new vscode.WorkspaceEdit();
    const last = document.lineAt(document.lineCount - 1).range.end;
    change.replace(document.uri, new vscode.Range(new vscode.Position(0, 0), last), `Other.\n\n\n\n\n${sentence} End.`);
    assert(await vscode.workspace.applyEdit(change));
    await lineOfLens(5);
    await lensWith(document, /^\$\(check\)/);
  });

  it('lets the text be compressed again as it is now', async () => {
    await edit(new vscode.Position(5, 4), 'dead ');
    const { command } = await lensWith(document, /^Compress Again$/);
    assert(command);
    await vscode.commands.executeCommand(command.command, ...(command.arguments ?? []));
    const lens = await lensWith(document, /^\$\(check\)/);
    jobs.push(jobOf(lens));
    assert.notEqual(jobs[1], jobs[0]);
    const editor = vscode.window.activeTextEditor;
    assert.equal(editor?.document.getText(editor.selection), 'The dead sea was calm.');
  });
});
