import type * as vscode from 'vscode';
import { decode, inspect, vectors } from '../../runtime/operations/compression.ts';
import type { DecodeResult, Inspection, Vectors } from '../../runtime/results/compression.ts';
import type { Engine } from '../engine.ts';
import type { Settings } from '../settings.ts';
import { nameOf, readBytes } from './saving.ts';

/** What can be asked about a .proto file in the workspace. All of it throws UserError for files that are not ours. */
export class ProtoFiles {
  constructor(
    private readonly engine: Engine,
    private readonly settings: Settings,
  ) {}

  async inspect(uri: vscode.Uri): Promise<Inspection> {
    return this.engine.call(inspect, { file: await readBytes(uri), name: nameOf(uri) });
  }

  async decode(uri: vscode.Uri): Promise<DecodeResult> {
    return this.engine.call(decode, { ...this.settings.model, file: await readBytes(uri), name: nameOf(uri) });
  }

  async vectors(uri: vscode.Uri): Promise<Vectors> {
    return this.engine.call(vectors, { file: await readBytes(uri), name: nameOf(uri) });
  }
}
