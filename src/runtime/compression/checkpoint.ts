import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { deserialize, serialize } from 'node:v8';
import { writeAtomically } from '../files/atomic.ts';
import type { JobSnapshot } from './job.ts';

/** Changes whenever a snapshot of before can no longer be continued. */
const format = 'proto-tokens checkpoint 4';

interface Contents {
  readonly format: typeof format;
  readonly key: string;
  readonly seconds: number;
  readonly snapshot: JobSnapshot;
}

/** Identifies a job by everything that its outcome depends on. */
export function jobKey(...parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

/** What a job needs to go on where it was, in a file beside others of its kind. Private to this program and machine. */
export class Checkpoint {
  private nextWrite = 0;

  /** @param milliseconds between two writes, at the least */
  constructor(
    private readonly path: string,
    private readonly key: string,
    private readonly milliseconds = 2000,
  ) {}

  /** The snapshot and the seconds spent until it; undefined when there is none, or it is of another job or damaged. */
  async read(): Promise<{ snapshot: JobSnapshot; seconds: number } | undefined> {
    try {
      const contents = deserialize(await readFile(this.path)) as Partial<Contents>;
      if (contents.format !== format || contents.key !== this.key || !contents.snapshot) return undefined;
      return { snapshot: contents.snapshot, seconds: contents.seconds ?? 0 };
    } catch {
      return undefined;
    }
  }

  /** Writes when it is time to; a slow disk is asked less often, so that it never takes more than a twentieth of the time. */
  async writeWhenDue(seconds: number, snapshot: () => JobSnapshot): Promise<void> {
    if (performance.now() < this.nextWrite) return;
    await this.write(seconds, snapshot());
  }

  async write(seconds: number, snapshot: JobSnapshot): Promise<void> {
    const start = performance.now();
    const contents: Contents = { format, key: this.key, seconds, snapshot };
    await writeAtomically(this.path, serialize(contents));
    const end = performance.now();
    this.nextWrite = end + Math.max(this.milliseconds, 20 * (end - start));
  }
}
