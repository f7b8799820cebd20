import { strict as assert } from 'node:assert';
import { after, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { compress, lenses, lensWith, until } from './support.ts';

const sentence = 'The sea was calm.';

describe('What is shown over a compressed text', () => {
  let document: vscode.TextDocument;
  let job = '';

  before(async () => {
    document = await vscode.workspace.openTextDocument({ content: `First.\n${sentence}\nLast.` });
    job = await compress(document, sentence);
  });

  after(async () => {
    await vscode.commands.executeCommand('protoTokens.removeJob', job);
    assert.deepEqual(await lenses(document), []);
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

  it('says so when the text itself has been edited, and that it can be compressed again', async () => {
    await edit(new vscode.Position(3, 4), 'dead ');
    await lensWith(document, /edited since it was compressed/);
    await lensWith(document, /^Compress Again$/);
  });
});
