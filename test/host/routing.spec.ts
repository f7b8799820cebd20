import { strict as assert } from 'node:assert';
import { afterEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { activeTab, compress, place, until, write } from './support.ts';

const schema = 'syntax = "proto3";\n\nmessage Lamp {\n  bool lit = 1;\n}\n';

const customEditor = (type: string): Promise<vscode.TabInputCustom> =>
  until(`${type} is open`, () => {
    const tab = activeTab();
    return tab instanceof vscode.TabInputCustom && tab.viewType === type ? tab : undefined;
  });

describe('Files that end in .proto', () => {
  afterEach(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

  it('open in our editor when they are called .tokens.proto', async () => {
    // A file: an untitled document may take the name of one that is just being closed.
    const document = await vscode.workspace.openTextDocument(await write('calm.txt', 'The sea was calm.'));
    const job = await compress(document, 'The sea was calm.');
    await vscode.commands.executeCommand('protoTokens.save', job);
    const [file] = await vscode.workspace.findFiles('calm*.tokens.proto');
    assert(file, 'the result is in the workspace');
    await vscode.commands.executeCommand('vscode.open', file);
    assert.equal((await customEditor('protoTokens.file')).uri.toString(), file.toString());
    // The log is an editor, too, and is no text that a file is compared with.
    await vscode.commands.executeCommand('protoTokens.showLog');
    const isLog = ({ document: { uri } }: vscode.TextEditor): boolean => uri.scheme === 'output';
    await until('the log is shown', () => vscode.window.visibleTextEditors.find(isLog));
    await vscode.commands.executeCommand('protoTokens.compareWithCurrentFile', file);
    const differences = await until('differences are shown', () => {
      const tab = activeTab();
      return tab instanceof vscode.TabInputTextDiff ? tab : undefined;
    });
    assert.equal(differences.modified.toString(), document.uri.toString());
    await vscode.commands.executeCommand('workbench.action.closePanel');
    // What is at the place of the file later is what is compared then.
    const later = await vscode.workspace.openTextDocument(await write('rain.txt', 'It rained.'));
    const laterJob = await compress(later, 'It rained.');
    await vscode.commands.executeCommand('protoTokens.save', laterJob);
    await vscode.workspace.fs.copy(place('rain.txt.tokens.proto'), file, { overwrite: true });
    await vscode.commands.executeCommand('protoTokens.compareWithCurrentFile', file);
    const decoded = await vscode.workspace.openTextDocument(differences.original);
    await until('the text of the later file is shown', () => decoded.getText() === 'It rained.' || undefined);
    await vscode.commands.executeCommand('protoTokens.removeJob', laterJob);
    await vscode.commands.executeCommand('protoTokens.removeJob', job);
  });

  it('of Protocol Buffers open as text, as ever', async () => {
    const file = await write('lamp.proto', schema);
    await vscode.commands.executeCommand('vscode.open', file);
    assert(activeTab() instanceof vscode.TabInputText);
    const editor = await until('the schema is shown', () => vscode.window.activeTextEditor);
    assert.equal(editor.document.getText(), schema);
    assert.equal(editor.document.languageId, 'plaintext');
  });

  it('of another kind open as ever, and in our editor when they are asked to', async () => {
    const file = await write('other.proto', new Uint8Array(64).fill(7, 3, 40));
    await vscode.commands.executeCommand('vscode.open', file);
    assert(!(activeTab() instanceof vscode.TabInputCustom));
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await vscode.commands.executeCommand('protoTokens.openInEditor', file);
    await customEditor('protoTokens.file');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await vscode.commands.executeCommand('vscode.openWith', file, 'protoTokens.otherFile');
    assert.equal((await customEditor('protoTokens.otherFile')).uri.toString(), place('other.proto').toString());
  });
});
