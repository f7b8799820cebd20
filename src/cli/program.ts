import { Command, Option } from 'commander';
import { type CompressionChoices, parseChoices } from '../runtime/compression/options.ts';
import { arrangementNames, defaultArrangement } from '../runtime/training/arrangement.ts';
import { defaultRecipe, recipeNames } from '../runtime/training/recipe.ts';
import { addAnalysisCommands } from './analysis-program.ts';
import { type Common, command, guarded, wholeNumber, withModel } from './command.ts';
import { compressCommand } from './commands/compress.ts';
import { decodeCommand } from './commands/decode.ts';
import { demoCommand } from './commands/demo.ts';
import { evaluateCommand } from './commands/evaluate.ts';
import { inspectCommand } from './commands/inspect.ts';
import { installCudaCommand } from './commands/install-cuda.ts';

/** commander's message ("error: unknown option '--step'\n(Did you mean --steps?)") in the form of all others. */
function sentence(message: string): string {
  const words = message
    .replace(/^error: /, '')
    .trim()
    .replace(/\s+/g, ' ');
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}${words.endsWith('.') ? '' : '.'}`;
}

export function buildProgram(): Command {
  const program = new Command('proto-tokens')
    .description('Compress any text into two vectors that make a frozen language model emit it in one forward pass.')
    .configureOutput({ outputError: (message, write) => write(`${sentence(message)}\n`) });

  withModel(command(program, 'demo', 'compress and decode the sample text with the bundled model')).action(
    (options: Common) => guarded(() => demoCommand(options)),
  );

  withModel(command(program, 'compress', 'train proto-tokens for a text and write them to a file'))
    .argument('<file>', 'text in UTF-8, or - for standard input')
    .option('--out <file>', 'where to write; FILE.tokens.proto when left out')
    .option('--from <file>', 'a .proto file of the text before an edit: what was not edited keeps its vectors')
    .addOption(
      new Option('--arrangement <name>', 'how e and m are arranged')
        .choices(arrangementNames)
        .default(defaultArrangement),
    )
    .addOption(new Option('--recipe <name>', 'how to train').choices(recipeNames).default(defaultRecipe))
    .option('--segment-length <tokens>', 'longest segment', wholeNumber)
    .option('--steps <count>', 'gradient evaluations a segment', wholeNumber)
    .option('--seed <number>', 'of the start', wholeNumber)
    .option('--shared-m', 'one m for all segments')
    .addOption(new Option('--storage <type>', 'of the vectors').choices(['auto', 'F32', 'F16']).default('auto'))
    .option('--json', 'print the result as one JSON object', false)
    .action(
      (file: string, { out, from, json, ...options }: Common & { out?: string; from?: string } & CompressionChoices) =>
        guarded(async () => {
          const { model, device, verbose, ...choices } = options;
          await compressCommand(file, { out, from, json, model, device, verbose, choices: parseChoices(choices) });
        }),
    );

  withModel(command(program, 'decode', 'print the exact text of a file'))
    .argument('<file>', 'a .proto file')
    .action((file: string, options: Common) => guarded(() => decodeCommand(file, options)));

  withModel(command(program, 'evaluate', 'show how the model sees each token of a text from the vectors of a file'))
    .argument('<file>', 'a .proto file')
    .option('--text <file>', "what the vectors should emit; the file's own text when left out")
    .option('--json', 'print the result as one JSON object', false)
    .action((file: string, { text, ...options }: Common & { text?: string }) =>
      guarded(() => evaluateCommand(file, { ...options, text })),
    );

  command(program, 'inspect', 'say what a file is')
    .argument('<file>', 'a .proto file')
    .option('--json', 'print the result as one JSON object', false)
    .action((file: string, options: Common) => guarded(() => inspectCommand(file, options)));

  command(program, 'install-cuda', 'download the CUDA provider of ONNX Runtime, and put it beside the runtime')
    .option('--feed <address>', "index.json of a NuGet feed that has it; that of the runtime's maker when left out", '')
    .action((options: { feed: string }) => guarded(() => installCudaCommand(options)));

  addAnalysisCommands(program);
  return program;
}
