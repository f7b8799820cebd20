import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command, InvalidArgumentError, Option } from 'commander';
import { guarded } from '../../src/cli/command.ts';
import { demoModel } from '../../src/cli/engine.ts';
import { wholeNumber } from '../../src/cli/options.ts';
import { deviceChoices } from '../../src/runtime/onnxruntime/device-names.ts';
import { positive, positives } from '../options.ts';
import { benchmarkConvergence, type ConvergenceOptions } from './convergence.ts';
import { kinds, splits } from './passages.ts';
import { contenders } from './recipes.ts';

/** Relative to the bundle in dist/; compared with the demo model when it is there. */
const sibling = fileURLToPath(new URL('../bench/models/neox-sibling', import.meta.url));

function recipeList(text: string): string[] {
  return text.split(',').map(name => {
    if (!Object.hasOwn(contenders, name))
      throw new InvalidArgumentError(`It must be some of ${Object.keys(contenders).join(', ')}.`);
    return name;
  });
}

/** The command that compares recipes. It takes hours, so it is not part of everything that is measured. */
export function convergenceCommand(): Command {
  return new Command('convergence')
    .description(
      'evaluations and seconds to accuracy 1.0 and 0.99, and capacity, of every recipe; takes hours, can be resumed',
    )
    .option('--model <folders...>', `models in the Hugging Face format (default: the demo model, ${sibling} if there)`)
    .option('--recipes <list>', 'recipes that are compared', recipeList, Object.keys(contenders))
    .option(
      '--lengths <list>',
      'tokens of the prefixes of a text (default: 8 to 128, with --report those there are)',
      positives,
    )
    .option('--texts <count>', 'texts of the kind, at most', positive, 40)
    .addOption(new Option('--kind <kind>', 'which texts').choices(kinds).default('prose'))
    .addOption(new Option('--split <split>', 'texts to judge by or to develop on').choices(splits).default('judge'))
    .option('--seed <number>', 'where the random starts come from', wholeNumber(), 0)
    .option('--steps <count>', "maximum evaluations per text (default: each recipe's own)", positive)
    .option('--no-give-up', 'try longer prefixes of a text after two successive failures, too')
    .addOption(new Option('--device <name>', 'where to compute').choices([...deviceChoices]).default('auto'))
    .option('--results <file>', 'where results are kept, and taken up', join('.cache', 'convergence', 'results.jsonl'))
    .option('--out <folder>', 'where the plots go', join('.cache', 'convergence'))
    .option('--report', 'run nothing: tables and plots of the results that there are', false)
    .action((options: Omit<ConvergenceOptions, 'defaultModels'>) =>
      guarded(() => benchmarkConvergence({ ...options, defaultModels: [demoModel, sibling] })),
    );
}
