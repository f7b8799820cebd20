import { Command } from 'commander';
import { isRecipeName } from '../src/runtime/training/recipe-names.ts';
import { benchmarkBundled } from './bundled.ts';
import { benchmarkColdStart } from './cold-start.ts';
import { convergenceCommand } from './convergence/command.ts';
import { benchmarkDevices, modelList } from './devices.ts';
import { benchmarkPlanning } from './experiments/planning.ts';
import { measurePlanning } from './experiments/planning-case.ts';
import { benchmarkQueue } from './experiments/queue.ts';
import { benchmarkSideBySide } from './experiments/side-by-side.ts';
import { benchmarkKernels } from './kernels.ts';
import { benchmarkLoading } from './loading.ts';
import { benchmarkMemory } from './memory.ts';
import { measureMemory } from './memory-case.ts';
import { benchmarkModels, type ModelsOptions } from './models.ts';
import { useModel } from './models-case.ts';
import { deviceList, names, positive, positives } from './options.ts';
import { benchmarkProfile } from './profile.ts';
import { benchmarkSolutions } from './solutions.ts';
import { benchmarkStep } from './step.ts';
import { benchmarkThroughput } from './throughput.ts';

const program = new Command('bench').description(
  'What is measured, and against what. Without a command: all but convergence, devices, experiments, kernels, loading and models.',
);
program
  .command('step')
  .description('step time against one large matrix product, and against PyTorch')
  .option('--tokens <list>', 'lengths of the text', positives, [32, 128, 512])
  .option('--repetitions <count>', 'timed rounds of each', positive, 7)
  .action(benchmarkStep);
program
  .command('profile')
  .description('where a step goes, by operator')
  .option('--tokens <count>', 'length of the text', positive, 128)
  .option('--repetitions <count>', 'steps that are profiled', positive, 5)
  .action(benchmarkProfile);
program
  .command('memory')
  .description('peak memory against what weights and activations must take')
  .option('--tokens <list>', 'lengths of the text', positives, [128, 512])
  .action(benchmarkMemory);
program
  .command('memory-case <folder> <tokens>', { hidden: true })
  .option('--prepared', 'prepare the weights', false)
  .action(async (folder: string, tokens: string, { prepared }: { prepared: boolean }) => {
    process.stdout.write(JSON.stringify(await measureMemory(folder, positive(tokens), prepared)));
  });
program
  .command('cold-start')
  .description('the command line from its start to its first training step')
  .option('--repetitions <count>', 'starts of each', positive, 5)
  .action(benchmarkColdStart);

program
  .command('loading')
  .description('loading and finishing beside the steps, of a model of a billion parameters (15 GB of memory)')
  .option('--small', 'a small model with as large a vocabulary only', false)
  .action(benchmarkLoading);

program
  .command('solutions')
  .description('ten solutions together or one after the other, a curve beside a solution, distances')
  .option('--repetitions <count>', 'timed runs of the distances', positive, 3)
  .action(benchmarkSolutions);

program
  .command('throughput')
  .description('decoding in one pass against greedy decoding, token by token with a cache, in tokens per second')
  .option('--tokens <list>', 'lengths of the text', positives, [32, 128, 512])
  .option('--repetitions <count>', 'timed decodings of each', positive, 7)
  .action(benchmarkThroughput);

program
  .command('devices')
  .description('the step on every device: time, kernels, memory, against what the CPU computes and PyTorch eager')
  .option(
    '--only <list>',
    'names of models, with commas between; "paper" is its six, at the lengths of Table 4',
    modelList,
  )
  .option('--devices <list>', 'devices that are compared (default: all that can be tried here)', deviceList)
  .option('--tokens <list>', 'lengths of the text (default: demo model 16 and 128, others 128)', positives)
  .option('--batches <list>', 'texts in one step (default: demo model 1, 4 and 32, others 1 and 4)', positives)
  .option('--repetitions <count>', 'timed steps of each, at most', positive, 7)
  .option('--no-pytorch', 'leave PyTorch out')
  .action(benchmarkDevices);

program
  .command('kernels')
  .description(
    'nodes of a step for each layer of every family, as written for each device and as the runtime runs them',
  )
  .action(benchmarkKernels);

program
  .command('experiments')
  .description('cells side by side against one at a time, the queue for each cell, planning and reporting 100,000')
  .option('--tokens <count>', 'length of the texts', positive, 32)
  .option('--texts <count>', 'number of texts', positive, 16)
  .option('--cells <count>', 'cells that go through the queue', positive, 2000)
  .option('--rounds <count>', 'rounds in which the ways take turns', positive, 3)
  .action(async ({ tokens, texts, cells, rounds }: Record<'tokens' | 'texts' | 'cells' | 'rounds', number>) => {
    await benchmarkSideBySide(tokens, texts, rounds);
    await benchmarkQueue(cells, rounds);
    await benchmarkPlanning();
  });
program
  .command('experiments-case <name> <texts> <settings>', { hidden: true })
  .action(async (name: string, texts: string, settings: string) => {
    process.stdout.write(JSON.stringify(await measurePlanning(name, positive(texts), JSON.parse(settings))));
  });

program
  .command('models')
  .description(
    "the paper's six models at full size with random weights: load, evaluation, decoding and memory, in float32 and drafted in 8 bits",
  )
  .option('--only <list>', 'names of some of them, with commas between', names)
  .option('--tokens <count>', 'length of the text', positive, 64)
  .option('--evaluations <count>', 'evaluations after which training ends', positive, 3)
  .option('--free <gibibytes>', 'memory that the plans may count on (default: what is free)', positive)
  .option('--neox-tokenizer <file>', "tokenizer.json for Pythia (default: the demo model's)")
  .option('--llama-tokenizer <file>', "tokenizer.json for Llama (default: the demo model's)")
  .option('--no-pytorch', 'leave PyTorch out')
  .option('--bundled <lengths>', 'the bundled models at these lengths in place of them, trained to the end', positives)
  .option('--texts <count>', 'texts of each length for the bundled models', positive, 8)
  .action((options: ModelsOptions & { bundled?: number[]; texts: number }) =>
    options.bundled ? benchmarkBundled(options.bundled, options.texts) : benchmarkModels(options),
  );
program
  .command('models-case <folder> <name> <tokens> <evaluations> <recipe> [free]', { hidden: true })
  .action(async (folder: string, name: string, tokens: string, evaluations: string, recipe: string, free?: string) => {
    const wanted = { folder, name, tokens: positive(tokens), evaluations: positive(evaluations) };
    if (!isRecipeName(recipe)) throw new Error(`there is no recipe ${recipe}`);
    const use = await useModel({ ...wanted, recipe, free: free === undefined ? undefined : positive(free) });
    process.stdout.write(JSON.stringify(use));
  });

program.addCommand(convergenceCommand());

const everything = ['step', 'profile', 'memory', 'cold-start', 'solutions', 'throughput'];
program.action(async () => {
  for (const name of everything)
    await program.commands.find(command => command.name() === name)?.parseAsync([], { from: 'user' });
});
await program.parseAsync();
