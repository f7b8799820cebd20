import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Oracle } from '../../src/runtime/work/item.ts';
import type { Gate } from './gate.ts';
import { temporaryFolder } from './paths.ts';
import { linesOf } from './records.ts';

/** Runs an experiment; resolves to whether it was cancelled. */
type Run = (records: string, oracle?: Oracle, cancelled?: () => boolean) => Promise<boolean>;

/** Expects these lines of a run that is killed at the gate and continued, and of one that is cancelled there and continued. */
export async function expectLinesWhenStopped(run: Run, gate: Gate, expected: readonly string[]): Promise<void> {
  const folder = temporaryFolder();
  const records = join(folder, 'cells.jsonl');
  let left = false;
  const stopped = run(records, gate, () => left);
  await gate.reached;
  // What a process leaves that is killed now.
  const copy = join(temporaryFolder(), 'copy');
  cpSync(folder, copy, { recursive: true });
  await run(join(copy, 'cells.jsonl'));
  expect(linesOf(join(copy, 'cells.jsonl'))).toEqual(expected);
  left = true;
  gate.letGo();
  expect(await stopped).toBe(true);
  await run(records);
  expect(linesOf(records)).toEqual(expected);
}
