import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { after, afterEach, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { endlessChoices, endlessText } from '../support/endless-text.ts';
import { compress, engines, jobOf, lenses, lensWith, select, until, untitled } from './support.ts';

const running = /^\$\(sync~spin\) [1-9]\d* of \d+ tokens/;
const queued = /^\$\(clock\) waiting$/;

/** Sets what makes jobs of the text endless, or takes it back. */
async function beEndless(endless: boolean): Promise<void> {
  for (const [name, value] of Object.entries(endlessChoices))
    await vscode.workspace
      .getConfiguration()
      .update(name, endless ? value : undefined, vscode.ConfigurationTarget.Workspace);
}

const click = async ({ command }: vscode.CodeLens): Promise<void> => {
  assert(command);
  await vscode.commands.executeCommand(command.command, ...(command.arguments ?? []));
};
/** Whether a process looks for libraries in a folder first; one that is gone does not. */
function findsLibrariesIn(pid: number, folder: string): boolean {
  try {
    const environment = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
    return environment.some(variable => variable.startsWith(`LD_LIBRARY_PATH=${folder}`));
  } catch {
    return false;
  }
}

/** The line of the document's only job that says how it stands. */
const standing = async (document: vscode.TextDocument): Promise<string> =>
  (await lenses(document))[0]?.command?.title ?? '';

describe('Several jobs', () => {
  const jobs: string[] = [];
  let first: vscode.TextDocument;
  let second: vscode.TextDocument;

  before(() => beEndless(true));
  after(async () => {
    await beEndless(false);
    for (const job of jobs) await vscode.commands.executeCommand('protoTokens.removeJob', job);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('run one after the other', async () => {
    for (const content of [endlessText, `${endlessText}.`]) {
      const document = await untitled(content);
      await select(document, content);
      await vscode.commands.executeCommand('protoTokens.compressSelection');
      jobs.push(jobOf(await lensWith(document, /./)));
      if (jobs.length === 1) first = document;
      else second = document;
    }
    await lensWith(first, running);
    await lensWith(second, queued);
  });

  it('are cancelled one by one: the one that waits is no longer begun, the one that runs goes on', async () => {
    await click(await lensWith(second, /^Cancel$/));
    await lensWith(second, /cancelled$/);
    assert.match(await standing(first), running);
  });

  it('are left alone by a command about one that is gone', async () => {
    for (const command of ['removeJob', 'cancel'])
      await vscode.commands.executeCommand(`protoTokens.${command}`, 'not the id of a job');
    assert.match(await standing(first), running);
    assert.match(await standing(second), /cancelled$/);
  });

  it('go on when the engine is killed in the middle', async () => {
    const before = engines();
    for (const pid of before) process.kill(pid, 'SIGKILL');
    await until('another engine takes over', () => engines().find(pid => !before.includes(pid)));
    await lensWith(first, running);
  });

  it('can be cancelled still when their text has been edited', async () => {
    const edit = async (change: (edits: vscode.WorkspaceEdit) => void): Promise<void> => {
      const edits = new vscode.WorkspaceEdit();
      change(edits);
      assert(await vscode.workspace.applyEdit(edits));
    };
    await edit(edits => edits.insert(first.uri, new vscode.Position(0, 1), 'x'));
    await lensWith(first, /edited$/);
    const titles = (await lenses(first)).map(({ command }) => command?.title);
    assert.deepEqual(titles.slice(1), ['Compress Again', 'Cancel']);
    await edit(edits => edits.delete(first.uri, new vscode.Range(0, 1, 0, 2)));
    await lensWith(first, running);
  });

  it('go on in an engine that has the settings of its time', async () => {
    const configuration = vscode.workspace.getConfiguration('protoTokens');
    await configuration.update('libraryPath', '/opt/cuda/lib', vscode.ConfigurationTarget.Global);
    await vscode.commands.executeCommand('protoTokens.restartEngine');
    await until('all engines have the setting', () => {
      const running = engines();
      return (running.length > 0 && running.every(pid => findsLibrariesIn(pid, '/opt/cuda/lib'))) || undefined;
    });
    await configuration.update('libraryPath', undefined, vscode.ConfigurationTarget.Global);
    await lensWith(first, running);
  });

  it('say when they have been cancelled, and go on when they are asked to', async () => {
    await click(await lensWith(first, /^Cancel$/));
    await click(await lensWith(first, /^Resume$/));
    await lensWith(first, running);
    await click(await lensWith(first, /^Cancel$/));
    await lensWith(first, /^Resume$/);
  });

  it('leave what happened in the log', async () => {
    await vscode.commands.executeCommand('protoTokens.showLog');
    const log = await until('the log is open', () =>
      vscode.workspace.textDocuments.find(({ uri }) => uri.scheme === 'output' && /proto-tokens/i.test(uri.path)),
    );
    for (const line of [
      /\[error\] .*no longer in the list of jobs/,
      /\[info\] the engine runs as process \d+/,
      /\[info\] .*engine is restarted on request/,
      /\[info\] engine: .* is loaded from .* on (cpu|webgpu|cuda|dml): /,
      /\[warning\] .*ended by SIGKILL; .* goes on/,
    ])
      await until(`the log has ${line}`, () => line.test(log.getText()) || undefined);
  });
});

describe('Jobs of one text', () => {
  const jobs: string[] = [];
  const sentence = 'The sea was calm.';
  afterEach(async () => {
    for (const job of jobs.splice(0)) await vscode.commands.executeCommand('protoTokens.removeJob', job);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('are not multiplied where there is nothing left to train', async () => {
    const document = await untitled(sentence);
    jobs.push(await compress(document, sentence));
    await vscode.commands.executeCommand('protoTokens.trainLonger', jobs[0]);
    assert.equal(jobOf(await lensWith(document, /^\$\(check\)/)), jobs[0]);
    assert(!(await lenses(document)).some(({ command }) => /^\d of \d$/.test(command?.title ?? '')));
  });

  it('are shown one at a time: the one that the panel shows', async () => {
    const document = await untitled(sentence);
    jobs.push(await compress(document, sentence));
    await vscode.commands.executeCommand('protoTokens.trySeed', jobs[0]);
    const latest = await lensWith(document, /^2 of 2$/);
    jobs.push(jobOf(latest));
    assert.notEqual(jobs[0], jobs[1]);
    await vscode.commands.executeCommand('protoTokens.showPanel', jobs[0]);
    assert.equal(jobOf(await lensWith(document, /^1 of 2$/)), jobs[0]);
  });
});

describe('A search for solutions', () => {
  before(() => beEndless(true));
  after(async () => {
    await beEndless(false);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('that is cancelled before it has found one writes no file', async () => {
    const document = await untitled(endlessText);
    await select(document, endlessText);
    let ended = false;
    const search = Promise.resolve(vscode.commands.executeCommand('protoTokens.findSolutions')).then(() => {
      ended = true;
    });
    await until('the search has been cancelled', async () => {
      // The number of solutions is suggested already.
      await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
      await vscode.commands.executeCommand('protoTokens.cancel');
      return ended || undefined;
    });
    await search;
    assert.deepEqual(await vscode.workspace.findFiles('**/*.solutions.json'), []);
  });
});
