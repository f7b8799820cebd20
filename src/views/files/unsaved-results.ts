import * as vscode from 'vscode';
import type { Job } from '../jobs/job.ts';
import type { JobQueue } from '../jobs/job-queue.ts';
import { protoEnding, stemOf } from './saving.ts';

const scheme = 'proto-tokens-result';

/** Results that have not been saved, as read-only files, so that whatever opens files opens them. */
export class UnsavedResults implements vscode.FileSystemProvider, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  readonly onDidChangeFile = this.changed.event;
  private readonly registration = vscode.workspace.registerFileSystemProvider(scheme, this, {
    isCaseSensitive: true,
    isReadonly: true,
  });

  constructor(private readonly queue: JobQueue) {}

  uriOf({ id, request }: Job): vscode.Uri {
    return vscode.Uri.from({ scheme, path: `/${id}/${stemOf(request.title)}${protoEnding}` });
  }

  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    const { byteLength } = await this.readFile(uri);
    return { type: vscode.FileType.File, ctime: 0, mtime: 0, size: byteLength };
  }

  /** @throws FileSystemError when there is no such job any more, or it has no result. */
  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    const [, id = ''] = uri.path.split('/');
    const file = (await this.queue.restoredJob(id))?.file;
    if (!file) throw vscode.FileSystemError.FileNotFound(uri);
    return file;
  }

  watch(): vscode.Disposable {
    return new vscode.Disposable(() => undefined);
  }

  readDirectory(): [string, vscode.FileType][] {
    return [];
  }

  createDirectory(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  writeFile(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  delete(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  rename(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  dispose(): void {
    this.registration.dispose();
    this.changed.dispose();
  }
}
