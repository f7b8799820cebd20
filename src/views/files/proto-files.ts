import * as vscode from 'vscode';
import { UserError } from '../../runtime/errors.ts';
import { decode, inspect, vectors } from '../../runtime/operations/compression.ts';
import { inspectSolutions } from '../../runtime/operations/solutions.ts';
import type { DecodeResult, Inspection, Vectors } from '../../runtime/results/compression.ts';
import type { SolutionsInspection } from '../../runtime/results/solutions.ts';
import type { Engine } from '../engine.ts';
import { modelOfFile } from '../models/model-of-file.ts';
import type { Settings } from '../settings.ts';
import { readFileHead } from './file-head.ts';
import { cannotBeRead, nameOf, readBytes } from './saving.ts';

/** Looking at a larger file of solutions would take longer than a list may take: what it is shows when it is opened. */
const mostBytes = 16 * 1024 * 1024;

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
    const head = await readFileHead(uri.fsPath).catch((error: unknown) => {
      if (error instanceof UserError) throw error;
      throw cannotBeRead(name);
    });
    return this.engine.call(inspect, { ...head, name });
  }

  /** What a file of solutions holds; undefined where it is too large for a look. */
  async inspectSolutions(uri: vscode.Uri): Promise<SolutionsInspection | undefined> {
    const { size } = await vscode.workspace.fs.stat(uri);
    if (size > mostBytes) return undefined;
    return this.engine.call(inspectSolutions, { file: await readBytes(uri), name: nameOf(uri) });
  }

  async decode(uri: vscode.Uri): Promise<DecodeResult> {
    const given = { file: await readBytes(uri), name: nameOf(uri) };
    return this.engine.call(decode, { ...(await modelOfFile(this.engine, this.settings, given)), ...given });
  }

  async vectors(uri: vscode.Uri): Promise<Vectors> {
    return this.engine.call(vectors, { file: await readBytes(uri), name: nameOf(uri) });
  }
}
