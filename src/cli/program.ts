import { Command } from 'commander';
import { addCompress } from './commands/compress.ts';
import { addConnect } from './commands/connect.ts';
import { addDecode } from './commands/decode.ts';
import { addDemo } from './commands/demo.ts';
import { addDistances } from './commands/distances.ts';
import { addDoctor } from './commands/doctor.ts';
import { addEvaluate } from './commands/evaluate.ts';
import { addExperiment } from './commands/experiment.ts';
import { addExport } from './commands/export.ts';
import { addInspect } from './commands/inspect.ts';
import { addInstallCuda } from './commands/install-cuda.ts';
import { addModels } from './commands/models.ts';
import { addProbe } from './commands/probe.ts';
import { addReport } from './commands/report.ts';
import { addSolutions } from './commands/solutions.ts';
import { addSurprisal } from './commands/surprisal.ts';

/** commander's message ("error: unknown option '--bugdet'\n(Did you mean --budget?)") in the form of all others. */
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
  for (const add of [
    addDemo,
    addCompress,
    addDecode,
    addEvaluate,
    addInspect,
    addExport,
    addModels,
    addDoctor,
    addInstallCuda,
    addSolutions,
    addDistances,
    addConnect,
    addProbe,
    addReport,
    addSurprisal,
    addExperiment,
  ])
    add(program);
  return program;
}
