import { Command, type Option } from 'commander';
import { version } from '../../package.json';
import { addCompress } from './commands/compress.ts';
import { addConnect } from './commands/connect.ts';
import { addDecode } from './commands/decode.ts';
import { addDemo } from './commands/demo.ts';
import { addDistances } from './commands/distances.ts';
import { addDoctor } from './commands/doctor.ts';
import { addEvaluate } from './commands/evaluate.ts';
import { addExperiment } from './commands/experiment/command.ts';
import { addExport } from './commands/export.ts';
import { addInspect } from './commands/inspect.ts';
import { addInstallCuda } from './commands/install-cuda.ts';
import { addModels } from './commands/models.ts';
import { addProbe } from './commands/probe.ts';
import { addReport } from './commands/report.ts';
import { addSolutions } from './commands/solutions.ts';
import { addSurprisal } from './commands/surprisal.ts';

/**
 * commander's message ("error: option '--budget <count>' argument '0' is invalid. It must be ...") in the form of all
 * others: one sentence, with what to do.
 */
function sentence(message: string, path: string): string {
  const words = message
    .replace(/^error: /, '')
    .trim()
    .replace(/\s+/g, ' ')
    .replace(/^./, letter => letter.toUpperCase())
    .replace(
      /( is invalid| for '[^']*')\. ([A-Z])/,
      (_, before: string, letter: string) => `${before}: ${letter.toLowerCase()}`,
    )
    .replace('(Did you', '(did you')
    .replace(/\.$/, '');
  const says = / is invalid: |did you mean/.test(words);
  return `${words}${says ? '' : `; "${path}--help" shows what there is`}.`;
}

/** Whether a default says something: a flag is off, and a list is empty, when they are left out. */
const isTold = (value: unknown): boolean =>
  typeof value === 'string' ? value !== '' : typeof value === 'number' || (Array.isArray(value) && value.length > 0);

/** The help of an option, with its choices and its default in plain words. */
function optionDescription({ description, argChoices, defaultValue, defaultValueDescription }: Option): string {
  const notes = [
    ...(argChoices ? [`choices: ${argChoices.join(', ')}`] : []),
    ...(isTold(defaultValue) ? [`default: ${defaultValueDescription ?? String(defaultValue)}`] : []),
  ];
  return notes.length ? `${description} (${notes.join('; ')})` : description;
}

/** What all commands under a command have: how they say what is wrong, and which defaults their help shows. */
function inOneVoice(command: Command, path: string): void {
  command.configureOutput({ outputError: (message, write) => write(`${sentence(message, path)}\n`) });
  command.configureHelp({ optionDescription });
  for (const inner of command.commands) inOneVoice(inner, `${path}${inner.name()} `);
}

export function buildProgram(): Command {
  const program = new Command('proto-tokens')
    .description('Compress any text into two vectors that make a frozen language model emit it in one forward pass.')
    .version(version, '--version', 'print the version');
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
  inOneVoice(program, '');
  return program;
}
