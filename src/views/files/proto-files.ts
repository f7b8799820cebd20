import type * as vscode from 'vscode';
import { decode, evaluate, inspect, nearest, vectors } from '../../runtime/operations/compression.ts';
import type { DecodeResult, Inspection, Vectors } from '../../runtime/results/compression.ts';
import type { EvaluatedToken, NearestTokens } from '../../runtime/results/tokens.ts';
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
    const bytes = await readBytes(uri);
    return this.engine.use(engine => engine.call(inspect, { file: bytes, name: nameOf(uri) }));
  }

  async decode(uri: vscode.Uri): Promise<DecodeResult> {
    const file = await readBytes(uri);
    return this.engine.use(engine => engine.call(decode, { ...this.settings.model, file, name: nameOf(uri) }));
  }

  async evaluate(uri: vscode.Uri): Promise<readonly EvaluatedToken[]> {
    const file = await readBytes(uri);
    return this.engine.use(engine => engine.call(evaluate, { ...this.settings.model, file, name: nameOf(uri) }));
  }

  /** @param count tokens for each vector and measure */
  async nearest(uri: vscode.Uri, count: number): Promise<readonly NearestTokens[]> {
    const file = await readBytes(uri);
    return this.engine.use(engine => engine.call(nearest, { ...this.settings.model, file, name: nameOf(uri), count }));
  }

  async vectors(uri: vscode.Uri): Promise<Vectors> {
    const bytes = await readBytes(uri);
    return this.engine.use(engine => engine.call(vectors, { file: bytes, name: nameOf(uri) }));
  }
}
