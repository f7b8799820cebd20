import { type Command, InvalidArgumentError, Option } from 'commander';
import { messageOf, UserError } from '../runtime/errors.ts';
import { type DeviceChoice, deviceChoices } from '../runtime/onnxruntime/device-names.ts';
import { demoModel } from './engine.ts';

export interface Common {
  readonly model: string;
  readonly device: DeviceChoice;
  readonly verbose: boolean;
  readonly json: boolean;
}

/** Runs a command; what the user can mend is one sentence, what they cannot is a stack. */
export async function guarded(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof UserError) {
      process.stderr.write(`${error.message}\n`);
      process.exitCode = 1;
    } else {
      process.stderr.write(`${error instanceof Error && error.stack ? error.stack : messageOf(error)}\n`);
      process.exitCode = 2;
    }
  }
}

/** Reads the value of an option that counts something. */
export function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) throw new InvalidArgumentError('It must be a whole number.');
  return value;
}

/** A command of the program, with what all of them have. */
export function command(program: Command, usage: string, description: string): Command {
  return program.command(usage).description(description).option('--verbose', 'show what the engine prints', false);
}

/** For commands that compute with a model. */
export function withModel(target: Command): Command {
  return target
    .option('--model <folder>', 'model folder in the Hugging Face format', demoModel)
    .addOption(new Option('--device <name>', 'where to compute').choices([...deviceChoices]).default('auto'));
}
