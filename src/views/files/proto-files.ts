import * as vscode from 'vscode';
import { UserError } from '../../runtime/errors.ts';
import { decode, inspect, vectors } from '../../runtime/operations/compression.ts';
import { headOfSolutions, inspectSolutions } from '../../runtime/operations/solutions.ts';
import type { DecodeResult, Inspection, Vectors } from '../../runtime/results/compression.ts';
import type { SolutionsHead, SolutionsInspection } from '../../runtime/results/solutions.ts';
import type { Engine } from '../engine.ts';
import { modelOfFile } from '../models/model-of-file.ts';
import type { Settings } from '../settings.ts';
import { readBeginning, readFileHead } from './file-head.ts';
import { cannotBeRead, nameOf, readBytes } from './saving.ts';

/** Of a larger file of solutions the list shows what stands before the solutions; the rest when it is opened. */
const mostBytes = 256 * 1024;

/** What can be asked about a file of ours in the workspace. All of it throws UserError for files that are not ours. */
export class ProtoFiles {
  constructor(
    private readonly engine: Engine,
    private readonly settings: Settings,
  ) {}

  /** What a file says of itself. On this machine's own disk no more than its header is read. */
  async inspect(uri: vscode.Uri): Promise<Inspection> {
    const name = nameOf(uri);
    if (uri.scheme !== 'file') return this.engine.call(inspect, { file: await readBytes(uri), name });
    const head = await readFileHead(uri.fsPath).catch(error => refused(error, name));
    return this.engine.call(inspect, { ...head, name });
  }

  /**
   * What a file of solutions holds, or of a larger one what it says before its solutions; undefined where that cannot be
   * seen from its beginning.
   */
  async inspectSolutions(uri: vscode.Uri): Promise<SolutionsInspection | SolutionsHead | undefined> {
    const name = nameOf(uri);
    if (uri.scheme !== 'file') {
      const { size } = await vscode.workspace.fs.stat(uri);
      return size > mostBytes ? undefined : this.engine.call(inspectSolutions, { file: await readBytes(uri), name });
    }
    const { beginning, size } = await readBeginning(uri.fsPath, mostBytes).catch(error => refused(error, name));
    if (size === beginning.length) return this.engine.call(inspectSolutions, { file: beginning, name });
    return (await this.engine.call(headOfSolutions, { beginning })) ?? undefined;
  }

  async decode(uri: vscode.Uri): Promise<DecodeResult> {
    const given = { file: await readBytes(uri), name: nameOf(uri) };
    return this.engine.call(decode, { ...(await modelOfFile(this.engine, this.settings, given)), ...given });
  }

  async vectors(uri: vscode.Uri): Promise<Vectors> {
    return this.engine.call(vectors, { file: await readBytes(uri), name: nameOf(uri) });
  }
}

function refused(error: unknown, name: string): never {
  throw error instanceof UserError ? error : cannotBeRead(name);
}
