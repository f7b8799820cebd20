import { strict as assert } from 'node:assert';
import { readdirSync, readFileSync } from 'node:fs';
import { after, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { compress, jobOf, lenses, lensWith, place, select, until, write } from './support.ts';

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

  it('goes on when the engine is killed in the middle', async () => {
    const text =
      'The lamp burned all night, and the sea was calm as never before. In the morning the keeper walked down to the ' +
      'village for bread, and nobody asked him what he had seen.';
    const document = await vscode.workspace.openTextDocument({ content: text });
    await select(document, text);
    await vscode.commands.executeCommand('protoTokens.compressSelection');
    const running = await lensWith(document, /^\$\(sync~spin\) [1-9]\d* of \d+ tokens/);
    jobs.push(jobOf(running));
    const [engine, ...others] = engines();
    assert(engine && !others.length, 'there is one engine');
    process.kill(engine, 'SIGKILL');
    const successor = await until('another engine takes over', () => engines().find(pid => pid !== engine));
    assert.notEqual(successor, engine);
    await lensWith(document, /^\$\(check\) (\d+) of \1 tokens$/);
  });
});

/** Processes of the engine that this extension host has started. */
function engines(): number[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .filter(pid => {
      try {
        const parent = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[1];
        return Number(parent) === process.pid && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('engine.mjs');
      } catch {
        return false;
      }
    })
    .map(Number);
}
