import type * as vscode from 'vscode';
import type {
  DecodeResult,
  EvaluatedToken,
  Inspection,
  NearestTokens,
  Vectors,
} from '../../runtime/engine/protocol.ts';
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
    return this.engine.use(engine => engine.inspect(bytes, nameOf(uri)));
  }

  async decode(uri: vscode.Uri): Promise<DecodeResult> {
    const file = await readBytes(uri);
    return this.engine.use(engine => engine.decode({ ...this.settings.model, file, name: nameOf(uri) }));
  }

  async evaluate(uri: vscode.Uri): Promise<readonly EvaluatedToken[]> {
    const file = await readBytes(uri);
    return this.engine.use(engine => engine.evaluate({ ...this.settings.model, file, name: nameOf(uri) }));
  }

  /** @param count tokens for each vector and measure */
  async nearest(uri: vscode.Uri, count: number): Promise<readonly NearestTokens[]> {
    const file = await readBytes(uri);
    return this.engine.use(engine => engine.nearest({ ...this.settings.model, file, name: nameOf(uri) }, count));
  }

  async vectors(uri: vscode.Uri): Promise<Vectors> {
    const bytes = await readBytes(uri);
    return this.engine.use(engine => engine.vectors(bytes, nameOf(uri)));
  }
}
