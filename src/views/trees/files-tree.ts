import * as vscode from 'vscode';
import { messageOf } from '../../runtime/errors.ts';
import type { Inspection } from '../../runtime/results/compression.ts';
import type { SolutionsHead, SolutionsInspection } from '../../runtime/results/solutions.ts';
import { fewAtATime } from '../few-at-a-time.ts';
import type { ProtoFiles } from '../files/proto-files.ts';
import { protoEnding, solutionsEnding } from '../files/saving.ts';
import { counts } from '../localized-counts.ts';

const mostFiles = 1000;
/** Beginnings of files that are read and looked at together. */
const mostAtATime = 4;

interface Facts {
  /** What a file is, in a few words, and more of it in a line of its own. */
  readonly facts: string;
  readonly more: string;
}

interface Entry {
  readonly uri: vscode.Uri;
  readonly contextValue: 'protoFile' | 'solutionsFile';
  readonly icon: string;
  /** What it is, or why that cannot be said. */
  readonly found: Facts | { readonly problem: string };
}

const pattern = `**/*{${protoEnding},${solutionsEnding}}`;

/** The workspace's files of ours, with what each of them holds. They are looked at when the view is opened. */
export class FilesTree implements vscode.TreeDataProvider<Entry>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.changed.event;
  private readonly view: vscode.TreeView<Entry>;
  private readonly watcher = vscode.workspace.createFileSystemWatcher(pattern);

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
    const uris = await vscode.workspace.findFiles(pattern, '**/node_modules/**', mostFiles);
    const entries = await fewAtATime(mostAtATime, uris, uri =>
      uri.path.endsWith(solutionsEnding) ? this.solutionsEntry(uri) : this.protoEntry(uri),
    );
    return entries.sort((a, b) => a.uri.path.localeCompare(b.uri.path));
  }

  getTreeItem({ uri, contextValue, icon, found }: Entry): vscode.TreeItem {
    const item = new vscode.TreeItem(uri);
    item.contextValue = contextValue;
    item.command = { title: vscode.l10n.t('Open'), command: 'vscode.open', arguments: [uri] };
    if ('problem' in found) {
      item.description = found.problem;
      item.iconPath = new vscode.ThemeIcon('warning');
      item.tooltip = found.problem;
    } else {
      item.description = found.facts;
      item.iconPath = new vscode.ThemeIcon(icon);
      item.tooltip = `${vscode.workspace.asRelativePath(uri)}\n${found.facts}\n${found.more}`;
    }
    return item;
  }

  dispose(): void {
    for (const item of [this.view, this.watcher, this.changed]) item.dispose();
  }

  private async protoEntry(uri: vscode.Uri): Promise<Entry> {
    const found = await this.files.inspect(uri).then(protoFacts, problemOf);
    return { uri, contextValue: 'protoFile', icon: 'symbol-array', found };
  }

  private async solutionsEntry(uri: vscode.Uri): Promise<Entry> {
    const found = await this.files.inspectSolutions(uri).then(solutionsFacts, problemOf);
    return { uri, contextValue: 'solutionsFile', icon: 'graph-scatter', found };
  }
}

const problemOf = (error: unknown): { readonly problem: string } => ({ problem: messageOf(error) });

function protoFacts({ model, tokens, accuracy, arrangement }: Inspection): Facts {
  const share = `${(100 * accuracy).toFixed(accuracy === 1 ? 0 : 1)} %`;
  return { facts: [model.id, counts.tokens(tokens), share].join(', '), more: arrangement };
}

function solutionsFacts(found: SolutionsInspection | SolutionsHead | undefined): Facts {
  const large = vscode.l10n.t('Large: open it to see what it holds.');
  if (!found) return { facts: vscode.l10n.t('solutions'), more: large };
  const { model, arrangement } = found;
  if (!('solutions' in found))
    return { facts: [counts.texts(found.texts), model.id].join(', '), more: `${arrangement}\n${large}` };
  const { solutions, curves } = found;
  const numbers = [counts.solutions(solutions.length), counts.texts(found.texts.length)];
  if (curves.length) numbers.push(counts.curves(curves.length));
  return { facts: [...numbers, model.id].join(', '), more: arrangement };
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
