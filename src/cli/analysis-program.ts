import { type Command, InvalidArgumentError, Option } from 'commander';
import type { ConnectChoices } from '../runtime/analysis/connectivity/options.ts';
import {
  type DistanceChoices,
  measures,
  orders,
  semanticChoices,
  vectorChoices,
} from '../runtime/analysis/distances/options.ts';
import type { ProbeChoices } from '../runtime/analysis/probe/options.ts';
import type { SolutionChoices } from '../runtime/analysis/solutions/options.ts';
import { arrangementNames, defaultArrangement } from '../runtime/training/arrangement.ts';
import { defaultRecipe, recipeNames } from '../runtime/training/recipe.ts';
import { type Common, command, guarded, wholeNumber, withModel } from './command.ts';
import { connectCommand } from './commands/connect.ts';
import { distancesCommand } from './commands/distances.ts';
import { probeCommand } from './commands/probe.ts';
import { solutionsCommand } from './commands/solutions.ts';

interface SolutionsFlags extends Common, SolutionChoices {
  readonly out: string;
  readonly continuations?: number;
  readonly context: readonly string[];
  readonly tokens: number;
}

/** The commands about the space of solutions. */
export function addAnalysisCommands(program: Command): void {
  addSolutions(program);
  addDistances(program);
  addConnect(program);
  addProbe(program);
}

function addSolutions(program: Command): void {
  withModel(command(program, 'solutions', 'find many solutions of texts, or gather those of several files into one'))
    .argument(
      '[files...]',
      'texts in UTF-8 of one segment each; or NAME.solutions.json and .proto files of one segment each',
    )
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

function addDistances(program: Command): void {
  withModel(
    command(program, 'distances', 'how far apart solutions lie: of one text, of one context, of different ones'),
  )
    .argument('<files...>', 'NAME.solutions.json, or .proto files of one segment each')
    .addOption(new Option('--measure <name>', 'how to measure').choices(measures).default('cosine'))
    .addOption(new Option('--over <vectors>', 'which vectors').choices(vectorChoices).default('both'))
    .addOption(new Option('--order <name>', 'order of the solutions').choices(orders).default('text'))
    .addOption(
      new Option(
        '--semantic <how>',
        'compare texts by meaning too: not, if MiniLM is in the cache, or fetch it (90 MB)',
      )
        .choices(semanticChoices)
        .default('cached'),
    )
    .option('--minimum-accuracy <share>', 'leave out solutions that get less right', Number, 0.99)
    .option('--json', 'print the result as one JSON object', false)
    .action((files: string[], { json, model, device, verbose, ...choices }: Common & DistanceChoices) =>
      guarded(() => distancesCommand(files, { json, model, device, verbose, choices })),
    );
}

interface ConnectFlags extends Common, ConnectChoices {
  readonly out?: string;
  readonly surface: boolean;
}

/** "all", "stored" or "0,1". */
function parsePairs(text: string): ConnectChoices['pairs'] {
  if (text === 'all' || text === 'stored') return text;
  const [, first, second] = /^(\d+),(\d+)$/.exec(text) ?? [];
  if (first === undefined || second === undefined)
    throw new InvalidArgumentError('It must be all, stored, or two indices as in 0,1.');
  return [[Number(first), Number(second)]];
}

function addConnect(program: Command): void {
  withModel(command(program, 'connect', 'curves between the solutions of a text along which the text still comes out'))
    .argument('<file>', 'NAME.solutions.json; the curves are added to it')
    .option('--out <file>', 'where to write the file with its curves; over FILE when left out')
    .option('--pairs <which>', 'all, stored, or the indices of two solutions as 0,1', parsePairs, 'all')
    .option('--steps <count>', 'of the training of a curve, at most', wholeNumber, 500)
    .option('--grid <points>', 'at which a path is looked at', wholeNumber, 21)
    .option('--seed <number>', 'of the points in training', wholeNumber, 0)
    .option('--retrain', 'train anew what the file holds a curve of', false)
    .option('--minimum-accuracy <share>', 'of the solutions in all pairs', Number, 0.99)
    .option('--surface', 'for one pair, the loss on the plane through both solutions and the control point', false)
    .option('--json', 'print the result as one JSON object', false)
    .action((file: string, { out, surface, json, model, device, verbose, ...choices }: ConnectFlags) =>
      guarded(() => connectCommand(file, { out: out ?? file, surface, json, model, device, verbose, choices })),
    );
}

function addProbe(program: Command): void {
  withModel(command(program, 'probe', 'what the two vectors of a solution hold'))
    .argument('<file>', 'NAME.solutions.json or a .proto file')
    .option('--index <number>', 'of the solution, or of the segment of a .proto file', wholeNumber, 0)
    .option('--nearest <count>', 'vocabulary tokens near each vector', wholeNumber, 8)
    .option('--tokens <count>', 'length of the continuations', wholeNumber, 16)
    .option('--samples <count>', 'sampled continuations', wholeNumber, 3)
    .option('--seed <number>', 'of the samples', wholeNumber, 0)
    .option('--json', 'print the result as one JSON object', false)
    .action((file: string, { json, model, device, verbose, ...choices }: Common & ProbeChoices) =>
      guarded(() => probeCommand(file, { json, model, device, verbose, choices })),
    );
}
