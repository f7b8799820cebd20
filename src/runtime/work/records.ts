import { appendFile, lstat, mkdir, stat, truncate } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { z } from 'zod';
import { messageOf, UserError } from '../errors.ts';
import { cannotBeWritten } from '../files/atomic.ts';
import { isMissing, openRegular } from '../files/bounded.ts';

const version = 1;
const linesAtOnce = 1000;
const bytesAtOnce = 2 ** 20;
const newline = 0x0a;
/** A record with the vectors of a solution of a large model has 100 kB; of 256 texts that share one, 25 MB. */
const mostBytesOfLine = 64 * 2 ** 20;
/** Of every line; where a torn one that begins otherwise is the only one, the file is somebody else's. */
const beginning = `{"version":${version},`;

/**
 * What has come of the items of plans: lines of JSON, one as each item ends, with a version and the item's content key. Of
 * two records of one item the later counts.
 */
export class Records<T extends object> {
  private readonly records = new Map<string, T>();
  /** Of the file, as far as it has been read or written here. */
  private bytes = 0;
  private lines = 0;

  private constructor(
    readonly path: string,
    private readonly schema: z.ZodType<T>,
    private readonly what: string,
  ) {}

  /**
   * Reads what there is, to append to it; nobody else may be appending. A last line without an end was torn when its writer
   * was killed; it is cut off, so that the next line begins a line.
   *
   * @param what the lines should be, for messages
   * @throws UserError when another line is something else.
   */
  static async open<T extends object>(path: string, schema: z.ZodType<T>, what: string): Promise<Records<T>> {
    await mkdir(dirname(path), { recursive: true });
    // Appending through a link would change a file elsewhere, which whoever made the folder has chosen.
    if ((await lstat(path).catch(() => undefined))?.isSymbolicLink())
      throw new UserError(`${path} is a link and was not opened; put the file itself there.`);
    // Where something else than a file lies, nothing is opened for writing: that may wait for ever.
    const found = await openRegular(path).catch((error: unknown) => {
      if (!isMissing(error)) throw cannotBeRead(path, error);
    });
    await found?.handle.close();
    await appendFile(path, '');
    const file = new Records(path, schema, what);
    if (await file.readOn()) await truncate(path, file.bytes);
    return file;
  }

  /**
   * What there is, of a file that may be somebody else's: it is left as it is, also while they append to it. Nothing where
   * there is none.
   *
   * @throws UserError as `open`, and when the file cannot be read.
   */
  static async read<T extends object>(path: string, schema: z.ZodType<T>, what: string): Promise<Records<T>> {
    const file = new Records(path, schema, what);
    await file.readMore();
    return file;
  }

  /** Reads what others have appended since. @throws UserError as `read`. */
  async readMore(): Promise<void> {
    const { size } = await stat(this.path).catch((error: unknown) => {
      if (isMissing(error)) return { size: 0 };
      throw cannotBeRead(this.path, error);
    });
    if (size < this.bytes) {
      this.records.clear();
      [this.bytes, this.lines] = [0, 0];
    }
    if (size > this.bytes) await this.readOn();
  }

  /** Reads from where it is, a piece at a time: records with vectors may have gigabytes. @returns whether a line is torn */
  private async readOn(): Promise<boolean> {
    let rest: Buffer = Buffer.alloc(0);
    try {
      const { handle } = await openRegular(this.path);
      // The stream closes the file at its end.
      for await (const piece of handle.createReadStream({ start: this.bytes, highWaterMark: bytesAtOnce })) {
        const all: Buffer = Buffer.concat([rest, piece]);
        const end = all.lastIndexOf(newline) + 1;
        for (const line of end ? all.toString('utf8', 0, end - 1).split('\n') : []) this.take(line);
        this.bytes += end;
        rest = all.subarray(end);
        if (rest.length > mostBytesOfLine) throw this.foreign(this.lines + 1);
      }
    } catch (error) {
      throw cannotBeRead(this.path, error);
    }
    const torn = rest.toString();
    if (!this.lines && !torn.startsWith(beginning) && !beginning.startsWith(torn)) throw this.foreign(1);
    return rest.length > 0;
  }

  private take(line: string): void {
    const parsed = parseLine(line, this.schema);
    this.lines++;
    if (!parsed) throw this.foreign(this.lines);
    this.records.set(parsed.key, parsed.record);
  }

  private foreign(line: number): UserError {
    return new UserError(`Line ${line} of ${this.path} is no ${this.what}; name another file.`);
  }

  /** How many items have a record. */
  get size(): number {
    return this.records.size;
  }

  find(key: string): T | undefined {
    return this.records.get(key);
  }

  all(): T[] {
    return [...this.records.values()];
  }

  /** Each record with its key. */
  entries(): IterableIterator<[key: string, record: T]> {
    return this.records.entries();
  }

  append(key: string, record: T): Promise<void> {
    return this.appendAll([[key, record]]);
  }

  /**
   * Appends many at once, in one write for every thousand.
   *
   * @throws UserError when they cannot be written; no line is torn then, so that others can be appended once there is room.
   */
  async appendAll(entries: readonly (readonly [key: string, record: T])[]): Promise<void> {
    for (let from = 0; from < entries.length; from += linesAtOnce) {
      const part = entries.slice(from, from + linesAtOnce);
      const lines = part.map(([key, record]) => `${JSON.stringify({ version, key, ...record })}\n`).join('');
      try {
        await appendFile(this.path, lines);
      } catch (error) {
        await truncate(this.path, this.bytes);
        throw cannotBeWritten(this.path, error);
      }
      this.bytes += Buffer.byteLength(lines);
      this.lines += part.length;
      for (const [key, record] of part) this.records.set(key, record);
    }
  }
}

const cannotBeRead = (path: string, error: unknown): UserError =>
  error instanceof UserError
    ? error
    : new UserError(`${path} cannot be read (${messageOf(error)}); name another file.`);

function parseLine<T>(line: string, schema: z.ZodType<T>): { readonly key: string; readonly record: T } | undefined {
  try {
    const json: unknown = JSON.parse(line);
    if (typeof json !== 'object' || json === null || !('version' in json && 'key' in json)) return undefined;
    const { version: of, key } = json;
    return of === version && typeof key === 'string' ? { key, record: schema.parse(json) } : undefined;
  } catch {
    return undefined;
  }
}
