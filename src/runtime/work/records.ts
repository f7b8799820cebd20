import { appendFile, mkdir, readFile, truncate } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { messageOf, UserError } from '../errors.ts';

const version = 1;
const linesAtOnce = 1000;
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
    await appendFile(path, '');
    const { file, torn, bytes } = await Records.parsed(path, schema, what);
    if (torn) await truncate(path, bytes - Buffer.byteLength(torn));
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
  ): Promise<{ readonly file: Records<T>; readonly torn: string; readonly bytes: number }> {
    const text = await readFile(path, 'utf8').catch(error => {
      throw new UserError(`${path} cannot be read (${messageOf(error)}); name another file.`);
    });
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
    return { file, torn, bytes: Buffer.byteLength(text) };
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

const headSchema = z.object({ version: z.literal(version), key: z.string() });

function parseLine<T>(line: string, schema: z.ZodType<T>): { readonly key: string; readonly record: T } | undefined {
  try {
    const json: unknown = JSON.parse(line);
    return { key: headSchema.parse(json).key, record: schema.parse(json) };
  } catch {
    return undefined;
  }
}
