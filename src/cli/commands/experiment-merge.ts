import { resolve } from 'node:path';
import type { Command } from 'commander';
import { counted } from '../../runtime/counted.ts';
import { UserError } from '../../runtime/errors.ts';
import { recordsFile } from '../../runtime/experiments/folder.ts';
import { mergeFolders } from '../../runtime/experiments/merge.ts';
import { command, guarded, withJson } from '../command.ts';

export interface MergeOptions {
  readonly out: string;
  readonly json: boolean;
  readonly verbose: boolean;
}

/**
 * Adds `experiment merge`.
 *
 * @param report writes the report of a folder
 */
export function addMerge(experiment: Command, report: (out: string, options: MergeOptions) => Promise<void>): void {
  const merge = async (folders: readonly string[], options: MergeOptions): Promise<void> => {
    const { out } = options;
    if (folders.some(folder => resolve(folder) === resolve(out)))
      throw new UserError(`${out} is one of the folders to be merged; give another folder for --out.`);
    const { cells, repeated } = await mergeFolders(folders, out);
    const twice = repeated ? `; ${counted(repeated, 'repeated line')} left out` : '';
    process.stderr.write(
      `${counted(cells, 'cell')} from ${counted(folders.length, 'folder')} in ${recordsFile(out)}${twice}.\n`,
    );
    await report(out, options);
  };
  withJson(
    command(experiment, 'merge <folders...>', 'join folders of one experiment, its shards for one, and report it'),
  )
    .requiredOption('--out <folder>', 'where all cells and the report are written')
    .action((folders: readonly string[], options: MergeOptions) => guarded(() => merge(folders, options)));
}
