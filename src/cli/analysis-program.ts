import { type Command, Option } from 'commander';
import type { SolutionChoices } from '../runtime/analysis/solutions/options.ts';
import { arrangementNames, defaultArrangement } from '../runtime/training/arrangement.ts';
import { defaultRecipe, recipeNames } from '../runtime/training/recipe.ts';
import { type Common, command, guarded, wholeNumber, withModel } from './command.ts';
import { solutionsCommand } from './commands/solutions.ts';

interface SolutionsFlags extends Common, SolutionChoices {
  readonly out: string;
  readonly continuations?: number;
  readonly context: readonly string[];
  readonly tokens: number;
}

/** The commands about the space of solutions. */
export function addAnalysisCommands(program: Command): void {
  withModel(command(program, 'solutions', 'find many solutions of texts, or gather those of .proto files'))
    .argument('[files...]', 'texts in UTF-8 of one segment each, or .proto files of one segment each')
    .requiredOption('--out <file>', 'where to write, NAME.solutions.json')
    .option('--seeds <count>', 'solutions of each text', wholeNumber, 10)
    .option('--shared-m', 'one m for all solutions of a text', false)
    .option('--continuations <count>', 'texts that the model itself writes after each context', wholeNumber)
    .option('--context <file...>', 'what the model goes on from', [])
    .option('--tokens <count>', 'length of each continuation', wholeNumber, 16)
    .addOption(
      new Option('--arrangement <name>', 'how e and m are arranged')
        .choices(arrangementNames)
        .default(defaultArrangement),
    )
    .addOption(new Option('--recipe <name>', 'how to train').choices(recipeNames).default(defaultRecipe))
    .option('--steps <count>', 'gradient evaluations a solution', wholeNumber)
    .option('--seed <number>', 'of the first solution of each text', wholeNumber, 0)
    .option('--json', 'print the result as one JSON object', false)
    .action(
      (
        files: string[],
        { out, continuations, context, tokens, json, model, device, verbose, ...choices }: SolutionsFlags,
      ) =>
        guarded(() =>
          solutionsCommand(files, { out, continuations, context, tokens, json, model, device, verbose, choices }),
        ),
    );
}
