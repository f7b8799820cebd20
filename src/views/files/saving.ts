import { homedir } from 'node:os';
import { join, posix } from 'node:path';
import * as vscode from 'vscode';
import { UserError } from '../../runtime/errors.ts';
import { writeAtomically } from '../../runtime/files/atomic.ts';
import { tooLarge } from '../../runtime/files/bounded.ts';
import { isInside, isReallyInside } from '../paths.ts';

export const protoEnding = '.tokens.proto';
export const solutionsEnding = '.solutions.json';

/** What is to be saved, and what it is called. */
export interface Saved {
  readonly bytes: Uint8Array;
  /** Of the text; becomes the name. */
  readonly title: string;
  readonly ending: typeof protoEnding | typeof solutionsEnding;
  /** Where the text came from. */
  readonly source: vscode.Uri | undefined;
}

/** Whether a place of the workspace is somewhere else because of a link: one that came with a workspace may lead anywhere. */
function leadsOut(place: vscode.Uri): boolean {
  const folder = vscode.workspace.getWorkspaceFolder(place)?.uri;
  return place.scheme === 'file' && folder !== undefined && !isReallyInside(folder.fsPath, place.fsPath);
}

/** @throws UserError when a folder of the workspace is somewhere else because of a link. */
export function checkOwnFolder(place: vscode.Uri): void {
  if (leadsOut(place))
    throw new UserError(
      vscode.l10n.t(
        '{0} leads out of the workspace by a link, and nothing was written there; choose another folder.',
        vscode.workspace.asRelativePath(place),
      ),
    );
}

/** Writes beside the place and renames, wherever the file lives: nobody sees half a file. @throws UserError */
export async function writeBeside(target: vscode.Uri, bytes: Uint8Array): Promise<void> {
  // On the machine's own disk VS Code sees the file change; its rename would close the editors of the old one.
  if (target.scheme === 'file') {
    await writeAtomically(target.fsPath, bytes, leadsOut(target) ? 'replaced' : 'followed');
    return;
  }
  const beside = target.with({ path: `${target.path}.${process.pid}.partial` });
  try {
    await vscode.workspace.fs.writeFile(beside, bytes);
    await vscode.workspace.fs.rename(beside, target, { overwrite: true });
  } catch (error) {
    await vscode.workspace.fs.delete(beside).then(undefined, () => undefined);
    const reason = error instanceof Error ? error.message : String(error);
    throw new UserError(
      vscode.l10n.t(
        '{0} cannot be written ({1}); choose another place.',
        vscode.workspace.asRelativePath(target),
        reason,
      ),
    );
  }
}

/** Larger files of ours are not made by this program, and would have to lie in memory several times. */
const mostBytes = 256 * 2 ** 20;

/** Reads a file of ours, wherever it lives. @throws UserError when it cannot be read, is too large or no regular file. */
export async function readBytes(uri: vscode.Uri): Promise<Uint8Array> {
  try {
    const { size, type } = await vscode.workspace.fs.stat(uri);
    if (!(type & vscode.FileType.File)) throw new UserError(vscode.l10n.t('{0} is not a file.', nameOf(uri)));
    if (size > mostBytes) throw tooLarge(nameOf(uri), size, mostBytes);
    return await vscode.workspace.fs.readFile(uri);
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw cannotBeRead(nameOf(uri));
  }
}

/** What to say of a file that cannot be read. */
export const cannotBeRead = (name: string): UserError =>
  new UserError(vscode.l10n.t('{0} cannot be read; it may have been moved.', name));

export function nameOf(uri: vscode.Uri): string {
  return posix.basename(uri.path);
}

/** Whether there is something at a place. */
export function exists(uri: vscode.Uri): Thenable<boolean> {
  return vscode.workspace.fs.stat(uri).then(
    () => true,
    () => false,
  );
}

/** What the title of a text gives for a file's name, without its ending: "notes.md:3" is of notes.md. */
export function stemOf(title: string): string {
  const name = title.replace(/:\d+$/, '');
  return name.replace(/[^\p{L}\p{N}._-]+/gu, '-').replace(/^[-.]+|[-.]+$/g, '') || 'text';
}

/** "notes.md" -> notes.md.tokens.proto in a folder, numbered when that is taken. */
async function freePlace(folder: vscode.Uri, title: string, ending: string): Promise<vscode.Uri> {
  const stem = stemOf(title);
  for (let number = 1; ; number++) {
    const place = vscode.Uri.joinPath(folder, `${stem}${number > 1 ? `-${number}` : ''}${ending}`);
    if (!(await exists(place))) return place;
  }
}

/** Where a file is saved that belongs to no workspace, unless a person says otherwise: beside a text, or else at home. */
export function suggestedPlace(name: string, text?: vscode.Uri): vscode.Uri {
  return text && vscode.workspace.fs.isWritableFileSystem(text.scheme)
    ? vscode.Uri.joinPath(text, '..', name)
    : vscode.Uri.file(join(homedir(), name));
}

/** The folder of the workspace that a text belongs to, or else the first one. */
function folderFor(source: vscode.Uri | undefined): vscode.Uri | undefined {
  const own = source && vscode.workspace.getWorkspaceFolder(source);
  return (own ?? vscode.workspace.workspaceFolders?.[0])?.uri;
}

/** A folder of the workspace's folder. @throws UserError when it leads out of it, by its name or by a link. */
function within(folder: vscode.Uri, saveFolder: string): vscode.Uri {
  const place = vscode.Uri.joinPath(folder, saveFolder);
  const inside =
    isInside(folder.path, place.path, posix) &&
    (folder.scheme !== 'file' || isReallyInside(folder.fsPath, place.fsPath));
  if (inside) return place;
  throw new UserError(
    vscode.l10n.t(
      'The setting protoTokens.saveFolder ("{0}") leads out of the workspace, and nothing was saved; name a folder of the workspace.',
      saveFolder,
    ),
  );
}

/**
 * Saves a file into the workspace, or where the person says when there is none.
 *
 * @param saveFolder relative to the workspace folder; empty for the workspace folder itself
 * @returns where it is now; undefined when the person changed their mind
 * @throws UserError when it cannot be written, or the setting leads out of the workspace.
 */
export async function saveToWorkspace(
  { bytes, title, ending, source }: Saved,
  saveFolder: string,
): Promise<vscode.Uri | undefined> {
  const folder = folderFor(source);
  const target = folder
    ? await freePlace(saveFolder ? within(folder, saveFolder) : folder, title, ending)
    : await vscode.window.showSaveDialog({
        defaultUri: suggestedPlace(`${stemOf(title)}${ending}`, source),
        filters: { 'Proto-Tokens': [ending.slice(1)] },
      });
  if (!target) return undefined;
  await vscode.workspace.fs.createDirectory(vscode.Uri.joinPath(target, '..'));
  await writeBeside(target, bytes);
  return target;
}
