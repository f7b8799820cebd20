import { type Command, InvalidArgumentError, Option } from 'commander';
import { messageOf } from '../../../runtime/errors.ts';
import { presets } from '../../../runtime/experiments/experiment.ts';
import { type GivenSettings, parseSettings } from '../../../runtime/experiments/given-settings.ts';
import { experiments } from '../../../runtime/experiments/index.ts';
import { parseShard } from '../../../runtime/experiments/shard.ts';
import { cuts, includedWords } from '../../../runtime/experiments/texts.ts';
import { command, guarded, withJson, withModel } from '../../command.ts';
import { settingsHelp, wholeNumber } from '../../options.ts';
import { table } from '../../table.ts';
import { addMerge } from './merge.ts';
import { type ReportOptions, report } from './report.ts';
import { type RunOptions, run } from './run.ts';
import { addWorker } from './worker.ts';

/** Parses the value of an option; what is wrong with it is what commander says. */
function parsing<T>(parse: (text: string) => T): (text: string) => T {
  return text => {
    try {
      return parse(text);
    } catch (error) {
      throw new InvalidArgumentError(messageOf(error));
    }
  };
}

const settingsOf = parsing(parseSettings);
const setting = (text: string, earlier: GivenSettings): GivenSettings => ({ ...earlier, ...settingsOf(text) });

function list(): void {
  const rows = experiments.map(({ name, paper, summary }) => [name, paper, summary]);
  const settings = experiments.map(({ name, settings: schema }) => `${name}\n${settingsHelp(schema)}`);
  process.stdout.write(`${table(['experiment', 'in the paper', 'shows'], rows)}\n\nSettings, for --set:\n\n`);
  process.stdout.write(`${settings.join('\n\n')}\n`);
}

export function addExperiment(program: Command): void {
  const experiment = program
    .command('experiment')
    .description('run an experiment of the paper on any model, stop and continue at will, and report it');
  command(experiment, 'list', 'list the experiments and their settings').action(() => list());
  withJson(withModel(command(experiment, 'run <name>', 'compute the cells of an experiment that are not there yet')))
    .addOption(new Option('--preset <name>', 'settings to begin with').choices(presets).default('quick'))
    .option('--set <name=value>', 'a setting instead of the default one, may be repeated', setting, {})
    .option('--texts <paths...>', 'files, or folders of .txt and .md files (default: held-out prose)', [])
    .addOption(new Option('--cut <how>', 'what is used of each file').choices(cuts).default('whole'))
    .option(
      '--words <list>',
      `random texts instead: a file with a word at the beginning of each line, such as one of GloVe's, or ${includedWords}, a list that is included`,
    )
    .option(
      '--generate <tokens>',
      'what the model itself writes after the beginnings of the texts instead, so many tokens after as many',
      wholeNumber({ minimum: 1 }),
    )
    .option('--source-seed <number>', 'seed of random and of generated texts', wholeNumber(), 0)
    .option('--shard <i/n>', 'compute the I-th of N parts only, each part on its own machine', parsing(parseShard))
    .option('--queue <address>', 'have the cells computed by workers at a queue, such as redis://localhost:6379')
    .requiredOption('--out <folder>', 'where cells and report are written')
    .action((name: string, options: RunOptions) => guarded(() => run(name, options)));
  withJson(command(experiment, 'report <folder>', 'write the report of what has been computed so far: tables, figures'))
    .option('--out <folder>', 'where the report is written (default: into the folder of the experiment)')
    .action((folder: string, options: ReportOptions) => guarded(() => report(folder, options)));
  addWorker(experiment);
  addMerge(experiment);
}
