import { appendFile, mkdir, readFile, truncate } from 'node:fs/promises';
import { dirname } from 'node:path';
import { UserError } from '../../src/runtime/errors.ts';
import { type Result, resultSchema } from './result.ts';
import { keyOf, type Trial } from './trial.ts';

/** Of every line; a torn one that begins otherwise is somebody else's. */
const beginning = '{"model":';

/** Results as lines of JSON, written as they come. Of two results of one trial the later counts. */
export class ResultsFile {
  private readonly results = new Map<string, Result>();

  private constructor(private readonly path: string) {}

  /**
   * Reads what there is. A last line without an end was torn when its writer was killed; it is cut off, so that the next
   * line begins a line.
   *
   * @throws UserError when another line is no result.
   */
  static async open(path: string): Promise<ResultsFile> {
    await mkdir(dirname(path), { recursive: true });
    await appendFile(path, '');
    const text = await readFile(path, 'utf8');
    const lines = text.split('\n');
    const torn = lines.pop() ?? '';
    const file = new ResultsFile(path);
    const refuse = (index: number): never => {
      throw new UserError(`Line ${index + 1} of ${path} is no result of this benchmark; name another file.`);
    };
    for (const [index, line] of lines.entries()) {
      const result = parseLine(line) ?? refuse(index);
      file.results.set(keyOf(result), result);
    }
    if (!torn.startsWith(beginning) && !beginning.startsWith(torn)) refuse(lines.length);
    if (torn) await truncate(path, Buffer.byteLength(text) - Buffer.byteLength(torn));
    return file;
  }

  find(trial: Trial): Result | undefined {
    return this.results.get(keyOf(trial));
  }

  all(): Result[] {
    return [...this.results.values()];
  }

  async append(result: Result): Promise<void> {
    await appendFile(this.path, `${JSON.stringify(result)}\n`);
    this.results.set(keyOf(result), result);
  }
}

function parseLine(line: string): Result | undefined {
  try {
    return resultSchema.parse(JSON.parse(line));
  } catch {
    return undefined;
  }
}
