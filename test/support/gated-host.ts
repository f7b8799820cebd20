import { onTestFinished } from 'vitest';
import { EngineHost, type HostOptions } from '../../src/runtime/engine/host.ts';
import type { ModelRequest } from '../../src/runtime/operations/operation.ts';
import { openFor, work } from './gated-engine.ts';

/** A host of engines, for one test. */
export function startHost(options: HostOptions): EngineHost {
  const host = new EngineHost(options);
  onTestFinished(() => host.stop());
  return host;
}

/** The process of a model. */
export const pidOf = (host: EngineHost, model: ModelRequest): Promise<number> =>
  host.call(openFor, { ...model, gate: 'none' });

/** Begins work with a model, and returns when its process works at it. */
export async function working(host: EngineHost, model: ModelRequest) {
  const answer = host.call(work, { ...model, gate: 'work' });
  answer.catch(() => undefined);
  // Calls of a process are answered in their order.
  const pid = await pidOf(host, model);
  return { answer, pid, end: () => host.call(openFor, { ...model, gate: 'work' }) };
}
