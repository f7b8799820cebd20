import { resolve } from 'node:path';
import type { Command } from 'commander';
import { counted } from '../../../runtime/counted.ts';
import { UserError } from '../../../runtime/errors.ts';
import { recordsFile } from '../../../runtime/experiments/folder.ts';
import { mergeFolders } from '../../../runtime/experiments/merge.ts';
import { command, guarded, withJson } from '../../command.ts';
import { type ReportOptions, report } from './report.ts';

interface MergeOptions extends ReportOptions {
  readonly out: string;
}

/** Adds `experiment merge`. */
export function addMerge(experiment: Command): void {
  withJson(
    command(experiment, 'merge <folders...>', 'join folders of one experiment, its shards for one, and report it'),
  )
    .requiredOption('--out <folder>', 'where all cells and the report are written')
    .action((folders: readonly string[], options: MergeOptions) => guarded(() => merge(folders, options)));
}

async function merge(folders: readonly string[], options: MergeOptions): Promise<void> {
  const { out } = options;
  if (folders.some(folder => resolve(folder) === resolve(out)))
    throw new UserError(`${out} is one of the folders to be merged; give another folder for --out.`);
  const { cells, repeated } = await mergeFolders(folders, out);
  const twice = repeated ? `; ${counted(repeated, 'repeated line')} left out` : '';
  process.stderr.write(
    `${counted(cells, 'cell')} from ${counted(folders.length, 'folder')} in ${recordsFile(out)}${twice}.\n`,
  );
  await report(out, options);
}
