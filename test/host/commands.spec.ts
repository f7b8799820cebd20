import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import { extensionId } from './support.ts';

interface Manifest {
  readonly contributes: {
    readonly commands: readonly { readonly command: string }[];
    readonly configuration: { readonly properties: Readonly<Record<string, { readonly scope?: string }>> };
  };
  readonly capabilities: { readonly untrustedWorkspaces: { readonly restrictedConfigurations: readonly string[] } };
}

const extension = vscode.extensions.getExtension<undefined>(extensionId);
assert(extension, 'the extension is not there');
const manifest: Manifest = extension.packageJSON;

describe('The extension', () => {
  it('registers every command that it contributes, and no other', async () => {
    await extension.activate();
    const registered = await vscode.commands.getCommands(true);
    const ours = registered.filter(
      name =>
        name.startsWith('protoTokens.') && !/\.(focus|open|removeView|resetViewLocation|toggleVisibility)$/.test(name),
    );
    const contributed = manifest.contributes.commands.map(({ command }) => command);
    assert.deepEqual(ours.sort(), contributed.sort());
  });

  it('changes a setting where it counts: in the workspace, where that has one', async () => {
    const read = (): boolean | undefined => vscode.workspace.getConfiguration('protoTokens').get('ghostText');
    const write = (value: boolean | undefined): Thenable<void> =>
      vscode.workspace.getConfiguration('protoTokens').update('ghostText', value, vscode.ConfigurationTarget.Workspace);
    await write(true);
    await vscode.commands.executeCommand('protoTokens.toggleGhostText');
    assert.equal(read(), false);
    await write(undefined);
    assert.equal(read(), false);
    await vscode.commands.executeCommand('protoTokens.toggleGhostText');
    assert.equal(read(), true);
    await vscode.commands.executeCommand('protoTokens.toggleGhostText');
    assert.equal(read(), false);
  });

  it('names no path, folder or feed of a workspace that is not trusted', () => {
    const { restrictedConfigurations } = manifest.capabilities.untrustedWorkspaces;
    const paths = Object.keys(manifest.contributes.configuration.properties).filter(name =>
      /model|path|feed|folder/i.test(name),
    );
    assert.deepEqual([...restrictedConfigurations].sort(), paths.sort());
  });
});
