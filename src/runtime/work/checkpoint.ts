import { createHash } from 'node:crypto';
import { rename } from 'node:fs/promises';
import { z } from 'zod';
import { messageOf } from '../errors.ts';
import { removePartials, writeAtomically } from '../files/atomic.ts';
import { isMissing, readBounded } from '../files/bounded.ts';
import { parseSafetensors, type TensorToWrite, writeSafetensors } from '../files/safetensors.ts';
import { pack, unpack } from './packing.ts';

const format = 'proto-tokens checkpoint';
/** Changes whenever work that was kept before can no longer be gone on with. */
const version = '5';

const metadataSchema = z.object({ format: z.literal(format), version: z.literal(version), key: z.string() });
/** Work with 12,000 solutions of a model with 4,096 numbers in a vector has less than half of it. */
const mostBytes = 2 ** 30;
const contentSchema = z.object({ content: z.string(), sha256: z.string() });

export interface CheckpointOptions {
  /** Between two writes, at the least; 0 writes whenever there is something new. */
  readonly milliseconds?: number | undefined;
  /** Takes a sentence on why work could not be read or kept, once for each reason. */
  readonly onNotice?: ((sentence: string) => void) | undefined;
}

/**
 * What work needs to go on where it was: a safetensors file. Its metadata hold the format, its version, the key of the
 * plan and everything but vectors as JSON; its tensors are the vectors. Work goes on without a checkpoint that cannot be
 * written, and begins again where one cannot be read.
 */
export class Checkpoint {
  private nextWrite = 0;
  /** Whether what lies there is of another plan. */
  private ofOtherWork = false;
  private readonly notices = new Set<string>();
  private readonly milliseconds: number;
  private readonly onNotice: (sentence: string) => void;

  /** @param key of the plan; what was kept of another one is as good as nothing */
  constructor(
    private readonly path: string,
    private readonly key: string,
    { milliseconds = 2000, onNotice = () => undefined }: CheckpointOptions = {},
  ) {
    this.milliseconds = milliseconds;
    this.onNotice = onNotice;
  }

  /**
   * What was kept of this plan, as `restore` makes it from the data; undefined when there is nothing, or it is damaged.
   * What a killed write has left beside the file is removed.
   */
  async read<T, R>(schema: z.ZodType<T>, restore: (data: T) => R): Promise<R | undefined> {
    await removePartials(this.path);
    try {
      const bytes = await readBounded(this.path, mostBytes);
      const header = parseSafetensors(bytes, this.path);
      const metadata = metadataSchema.safeParse(header.metadata);
      if (!metadata.success) return undefined;
      this.ofOtherWork = metadata.data.key !== this.key;
      if (this.ofOtherWork) return undefined;
      const { content, sha256 } = contentSchema.parse(header.metadata);
      if (sha256 !== hashOf(content, [bytes.subarray(header.dataStart)])) throw new Error('its hash is another one');
      return restore(schema.parse(unpack(content, bytes, header)));
    } catch (error) {
      if (isMissing(error)) return undefined;
      this.tell(`The checkpoint ${this.path} is damaged and was not used; the work began again from the start.`);
      return undefined;
    }
  }

  /** What was kept of other work is not overwritten: its model may have been another one for a while only. */
  private async setAside(): Promise<void> {
    this.ofOtherWork = false;
    await rename(this.path, `${this.path}.earlier`);
    this.tell(
      `The checkpoint ${this.path} is of other work (another text, model or options); it was kept as ${this.path}.earlier.`,
    );
  }

  /**
   * Writes when it is time to; what takes long to gather or to write is asked for less often, so that it never takes more
   * than a twentieth of the time.
   */
  async writeWhenDue(data: () => unknown): Promise<void> {
    const start = performance.now();
    if (start >= this.nextWrite) await this.write(data(), start);
  }

  /**
   * @param data plain: finite numbers, names, lists, objects and typed arrays
   * @param start when gathering them began
   */
  async write(data: unknown, start = performance.now()): Promise<void> {
    try {
      if (this.ofOtherWork) await this.setAside();
      const { json, tensors } = pack(data);
      const sha256 = hashOf(
        json,
        tensors.map(({ bytes }) => bytes),
      );
      const metadata = { format, version, key: this.key, sha256, content: json };
      await writeAtomically(this.path, writeSafetensors(metadata, tensors), 'replaced');
    } catch (error) {
      this.tell(`The work goes on without a checkpoint, and would begin again if interrupted: ${messageOf(error)}`);
    }
    const end = performance.now();
    this.nextWrite = this.milliseconds && end + Math.max(this.milliseconds, 20 * (end - start));
  }

  private tell(sentence: string): void {
    if (this.notices.has(sentence)) return;
    this.notices.add(sentence);
    this.onNotice(sentence);
  }
}

function hashOf(content: string, parts: readonly TensorToWrite['bytes'][]): string {
  const hash = createHash('sha256').update(content);
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}
