import { Records } from '../../src/runtime/work/records.ts';
import { type Result, resultSchema } from './result.ts';
import { keyOf, type Trial } from './trial.ts';

/** Results as records of work, by the trials that they are of. */
export class ResultsFile {
  private constructor(private readonly records: Records<Result>) {}

  /** @throws UserError as `Records.open`. */
  static async open(path: string): Promise<ResultsFile> {
    return new ResultsFile(await Records.open(path, resultSchema, 'result of this benchmark'));
  }

  /** Where trials are kept that have not ended. */
  get checkpoint(): string {
    return `${this.records.path}.checkpoint`;
  }

  find(trial: Trial): Result | undefined {
    return this.records.find(keyOf(trial));
  }

  all(): Result[] {
    return this.records.all();
  }

  append(result: Result): Promise<void> {
    return this.records.append(keyOf(result), result);
  }
}
