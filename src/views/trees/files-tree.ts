import * as vscode from 'vscode';
import { messageOf } from '../../runtime/errors.ts';
import type { Inspection } from '../../runtime/results/compression.ts';
import type { ProtoFiles } from '../files/proto-files.ts';
import { protoEnding } from '../files/saving.ts';

const mostFiles = 1000;

interface Entry {
  readonly uri: vscode.Uri;
  /** What it is, or why that cannot be said. */
  readonly found: Inspection | string;
}

/** The workspace's .proto files of ours, with model, tokens and accuracy. They are looked at when the view is opened. */
export class FilesTree implements vscode.TreeDataProvider<Entry>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.changed.event;
  private readonly view: vscode.TreeView<Entry>;
  private readonly watcher = vscode.workspace.createFileSystemWatcher(`**/*${protoEnding}`);

  constructor(private readonly files: ProtoFiles) {
    this.view = vscode.window.createTreeView('protoTokens.files', { treeDataProvider: this, canSelectMany: true });
    for (const event of [this.watcher.onDidChange, this.watcher.onDidCreate, this.watcher.onDidDelete])
      event(() => this.refresh());
  }

  /** The files that are selected in the view. */
  get selected(): vscode.Uri[] {
    return this.view.selection.map(({ uri }) => uri);
  }

  refresh(): void {
    this.changed.fire(undefined);
  }

  async getChildren(parent?: Entry): Promise<Entry[]> {
    if (parent) return [];
    const uris = await vscode.workspace.findFiles(`**/*${protoEnding}`, '**/node_modules/**', mostFiles);
    uris.sort((a, b) => a.path.localeCompare(b.path));
    return Promise.all(
      uris.map(async uri => ({
        uri,
        found: await this.files.inspect(uri).catch((error: unknown) => messageOf(error)),
      })),
    );
  }

  getTreeItem({ uri, found }: Entry): vscode.TreeItem {
    const item = new vscode.TreeItem(uri);
    item.contextValue = 'protoFile';
    item.command = { title: vscode.l10n.t('Open'), command: 'vscode.open', arguments: [uri] };
    if (typeof found === 'string') {
      item.description = found;
      item.iconPath = new vscode.ThemeIcon('warning');
      item.tooltip = found;
    } else {
      const { model, tokens, accuracy, arrangement } = found;
      const share = `${(100 * accuracy).toFixed(accuracy === 1 ? 0 : 1)} %`;
      item.description = vscode.l10n.t('{0}, {1} tokens, {2}', model.id, tokens, share);
      item.iconPath = new vscode.ThemeIcon('symbol-array');
      item.tooltip = `${vscode.workspace.asRelativePath(uri)}\n${item.description}\n${arrangement}`;
    }
    return item;
  }

  dispose(): void {
    for (const item of [this.view, this.watcher, this.changed]) item.dispose();
  }
}

/** The files that a command from the view or the explorer is about. */
export function urisOf(clicked: unknown, selected: unknown): vscode.Uri[] {
  const uri = (item: unknown): vscode.Uri[] => {
    if (item instanceof vscode.Uri) return [item];
    return typeof item === 'object' && item !== null && 'uri' in item && item.uri instanceof vscode.Uri
      ? [item.uri]
      : [];
  };
  const all = Array.isArray(selected) ? selected.flatMap(uri) : [];
  return all.length ? all : uri(clicked);
}
