import { appendFile, mkdir, truncate } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { messageOf, UserError } from '../errors.ts';
import { isMissing, openRegular, readBounded } from '../files/bounded.ts';

const version = 1;
const linesAtOnce = 1000;
const lineEnd = 0x0a;
/** A record with the vectors of a solution of a large model has 100 kB. */
const mostBytes = 400 * 2 ** 20;
/** Of every line; where a torn one that begins otherwise is the only one, the file is somebody else's. */
const beginning = `{"version":${version},`;

/**
 * What has come of the items of plans: lines of JSON, one as each item ends, with a version and the item's content key. Of
 * two records of one item the later counts.
 */
export class Records<T extends object> {
  private readonly records = new Map<string, T>();

  private constructor(readonly path: string) {}

  /**
   * Reads what there is. A last line without an end was torn when its writer was killed; it is cut off, so that the next
   * line begins a line.
   *
   * @param what the lines should be, for messages
   * @throws UserError when another line is something else.
   */
  static async open<T extends object>(path: string, schema: z.ZodType<T>, what: string): Promise<Records<T>> {
    await mkdir(dirname(path), { recursive: true });
    // Where something else than a file lies, nothing is opened for writing: that may wait for ever.
    const found = await openRegular(path).catch((error: unknown) => {
      if (!isMissing(error)) throw cannotBeRead(path, error);
    });
    await found?.handle.close();
    await appendFile(path, '');
    const { file, whole, bytes } = await Records.parsed(path, schema, what);
    if (whole < bytes) await truncate(path, whole);
    return file;
  }

  /**
   * What there is, of a file that may be somebody else's: it is left as it is, also while they append to it.
   *
   * @throws UserError as `open`, and when the file cannot be read.
   */
  static async read<T extends object>(path: string, schema: z.ZodType<T>, what: string): Promise<Records<T>> {
    return (await Records.parsed(path, schema, what)).file;
  }

  private static async parsed<T extends object>(
    path: string,
    schema: z.ZodType<T>,
    what: string,
  ): Promise<{ readonly file: Records<T>; readonly whole: number; readonly bytes: number }> {
    const read = await readBounded(path, mostBytes).catch((error: unknown) => {
      throw cannotBeRead(path, error);
    });
    const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(read);
    const lines = text.split('\n');
    const torn = lines.pop() ?? '';
    const file = new Records<T>(path);
    const refuse = (index: number): never => {
      throw new UserError(`Line ${index + 1} of ${path} is no ${what}; name another file.`);
    };
    for (const [index, line] of lines.entries()) {
      const { key, record } = parseLine(line, schema) ?? refuse(index);
      file.records.set(key, record);
    }
    if (!lines.length && !torn.startsWith(beginning) && !beginning.startsWith(torn)) refuse(0);
    // In bytes: what was torn within a character has another length as text.
    return { file, whole: read.lastIndexOf(lineEnd) + 1, bytes: read.length };
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

  /** Appends many at once, in one write for every thousand. */
  async appendAll(entries: readonly (readonly [key: string, record: T])[]): Promise<void> {
    for (let from = 0; from < entries.length; from += linesAtOnce) {
      const part = entries.slice(from, from + linesAtOnce);
      await appendFile(
        this.path,
        part.map(([key, record]) => `${JSON.stringify({ version, key, ...record })}\n`).join(''),
      );
      for (const [key, record] of part) this.records.set(key, record);
    }
  }
}

const cannotBeRead = (path: string, error: unknown): UserError =>
  error instanceof UserError
    ? error
    : new UserError(`${path} cannot be read (${messageOf(error)}); name another file.`);

const headSchema = z.object({ version: z.literal(version), key: z.string() });

function parseLine<T>(line: string, schema: z.ZodType<T>): { readonly key: string; readonly record: T } | undefined {
  try {
    const json: unknown = JSON.parse(line);
    return { key: headSchema.parse(json).key, record: schema.parse(json) };
  } catch {
    return undefined;
  }
}
