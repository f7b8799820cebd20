import { basename } from 'node:path';
import { type Command, Option } from 'commander';
import * as z from 'zod/mini';
import { EngineCrash } from '../runtime/engine/crash.ts';
import { Cancelled, messageOf, UserError } from '../runtime/errors.ts';
import { readProto } from '../runtime/files/proto-file.ts';
import { looksLikeSolutions, readSolutions } from '../runtime/files/solutions-file.ts';
import { folderFor, folderOf } from '../runtime/models/hub/finding.ts';
import type { DeviceChoice } from '../runtime/onnxruntime/device-names.ts';
import { modelParameters } from '../runtime/operations/operation.ts';
import { demoModel } from './engine.ts';
import { readBytes } from './files.ts';
import { interruptedExitCode } from './interrupt.ts';
import { withOptions } from './options.ts';

export interface Common {
  readonly model: string;
  readonly device: DeviceChoice;
  readonly verbose: boolean;
  readonly json: boolean;
}

/** Runs a command; what the user can put right is one sentence, what they cannot is a stack. */
export async function guarded(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof Cancelled) {
      process.stderr.write('Interrupted before there was a result; nothing was written.\n');
      process.exitCode = interruptedExitCode;
    } else if (error instanceof UserError) {
      process.stderr.write(`${error.message}\n`);
      process.exitCode = 1;
    } else if (error instanceof EngineCrash) {
      const { message } = error;
      process.stderr.write(`${message.charAt(0).toUpperCase()}${message.slice(1)}; run the same again.\n`);
      process.exitCode = 2;
    } else {
      process.stderr.write(`${error instanceof Error && error.stack ? error.stack : messageOf(error)}\n`);
      process.exitCode = 2;
    }
  }
}

/** A command of the program, with what all of them have. */
export function command(program: Command, usage: string, description: string): Command {
  return program.command(usage).description(description).option('--verbose', 'show what the engine prints', false);
}

const modelHelp =
  'an installed model by its name on the hub (see "models list"), or a folder in the Hugging Face format';

/** For commands that compute with a model. */
export function withModel(target: Command): Command {
  target.addOption(new Option('--model <name>', modelHelp).default(demoModel, 'the bundled demo model'));
  return resolving(target, given => folderOf(given ?? demoModel));
}

/** For commands about files, whose model is the one that the first file was made with unless another is named. */
export function withModelOfFile(target: Command): Command {
  target.option('--model <name>', `${modelHelp} (default: the installed model that the file was made with)`);
  return resolving(target, async (given, path) => {
    if (given !== undefined) return folderOf(given);
    const file = await readBytes(path);
    const name = basename(path);
    const { model } = looksLikeSolutions(file) ? readSolutions(file, name) : readProto(file, name);
    return folderFor(model, [demoModel], name);
  });
}

/** Puts a folder in the place of the name that a person gave, before the command runs. */
function resolving(
  target: Command,
  resolve: (given: string | undefined, firstArgument: string) => Promise<string>,
): Command {
  target.hook('preAction', async (_, { args: [first = ''] }) => {
    target.setOptionValue('model', await resolve(target.opts<{ model?: string }>().model, first));
  });
  return withDevice(target);
}

/** For commands that compute. */
export function withDevice(target: Command): Command {
  return withOptions(target, z.object({ device: modelParameters.device }));
}

/** For commands whose result a program may read. */
export function withJson(target: Command): Command {
  return target.option('--json', 'print the result as one JSON object', false);
}
