import { type Command, InvalidArgumentError, Option } from 'commander';
import * as z from 'zod/mini';

/** Reads the value of an option that counts something. */
export function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) throw new InvalidArgumentError('It must be a whole number.');
  return value;
}

/** Readers of values that are neither numbers, names nor yes or no. */
export type Readers = Readonly<Record<string, (text: string) => unknown>>;

/** "segmentLength" -> "--segment-length" */
const flagOf = (name: string): string => `--${name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)}`;

function optionOf(name: string, declared: z.core.$ZodType, readers: Readers): Option {
  const { description = '', placeholder = 'name' } = z.globalRegistry.get(declared) ?? {};
  const hasDefault = declared instanceof z.ZodMiniDefault;
  const inner = hasDefault || declared instanceof z.ZodMiniOptional ? declared.def.innerType : declared;
  const isFlag = inner instanceof z.ZodMiniBoolean;
  const option = new Option(isFlag ? flagOf(name) : `${flagOf(name)} <${placeholder}>`, description);
  if (hasDefault) option.default(declared.def.defaultValue);
  const read = readers[name];
  if (read) option.argParser(read);
  else if (inner instanceof z.ZodMiniEnum) option.choices(inner.options.map(String));
  else if (inner instanceof z.ZodMiniNumberFormat) option.argParser(wholeNumber);
  else if (inner instanceof z.ZodMiniNumber) option.argParser(Number);
  return option;
}

/** Gives a command an option for every value that an operation declares: with its help, its default, its choices. */
export function withOptions(target: Command, { shape }: z.ZodMiniObject, readers: Readers = {}): Command {
  for (const [name, declared] of Object.entries(shape)) target.addOption(optionOf(name, declared, readers));
  return target;
}

/** A line for every value that a schema declares: its name, its default and its help. */
export function settingsHelp({ shape }: z.ZodMiniObject): string {
  return Object.entries(shape)
    .map(([name, declared]) => {
      const { description = '' } = z.globalRegistry.get(declared) ?? {};
      const value = declared instanceof z.ZodMiniDefault ? ` (default: ${String(declared.def.defaultValue)})` : '';
      return `  ${name.padEnd(14)}${description}${value}`;
    })
    .join('\n');
}
