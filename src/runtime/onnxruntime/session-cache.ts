import { createHash } from 'node:crypto';
import type { SerializedGraph } from '../graph/onnx.ts';
import { GraphSession, type SessionOptions } from './session.ts';

/** Makes sessions of graphs, or finds them again: the same request gives the same bytes. */
export class SessionCache {
  private readonly sessions = new Map<string, GraphSession>();

  /** @param capacity sessions that are kept; the one that was used longest ago goes first */
  constructor(
    readonly options: SessionOptions,
    private readonly capacity: number,
  ) {}

  /** @throws as GraphSession.create does. */
  async open(graph: SerializedGraph, changed: Partial<SessionOptions> = {}): Promise<GraphSession> {
    const options = { ...this.options, ...changed };
    const key = createHash('sha256')
      .update(graph.bytes)
      .update(JSON.stringify([graph.weightFolder, options]))
      .digest('hex');
    const known = this.sessions.get(key);
    this.sessions.delete(key);
    if (known && !known.disposed) {
      this.sessions.set(key, known);
      return known;
    }
    await this.makeRoom();
    const session = await GraphSession.create(graph, options);
    this.sessions.set(key, session);
    return session;
  }

  async dispose(): Promise<void> {
    for (const session of this.sessions.values()) await session.dispose();
    this.sessions.clear();
  }

  /** Before the new session is made, so that both need not fit into memory together. */
  private async makeRoom(): Promise<void> {
    for (const [key, session] of this.sessions) {
      if (this.sessions.size < this.capacity) return;
      this.sessions.delete(key);
      await session.dispose();
    }
  }
}
