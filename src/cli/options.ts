import { type Command, InvalidArgumentError, Option } from 'commander';
import * as z from 'zod/mini';

/** The least and the greatest value of an option, both allowed. */
interface Range {
  readonly minimum?: number | undefined;
  readonly maximum?: number | undefined;
}

function rangeWords({ minimum = 0, maximum }: Range): string {
  const [least, most] = [minimum, maximum].map(bound => bound?.toLocaleString('en'));
  if (most !== undefined) return ` from ${least} to ${most}`;
  return minimum > 0 ? ` of at least ${least}` : '';
}

/** A reader for the value of an option that is a number. An empty one, as of a variable that is not set, is none. */
function number(kind: string, pattern: RegExp, range: Range): (text: string) => number {
  const { minimum = 0, maximum = Number.MAX_SAFE_INTEGER } = range;
  return text => {
    const value = pattern.test(text) ? Number(text) : Number.NaN;
    if (!(value >= minimum && value <= maximum))
      throw new InvalidArgumentError(`It must be ${kind}${rangeWords(range)}.`);
    return value;
  };
}

/** A reader for the value of an option that counts something. */
export const wholeNumber = (range: Range = {}): ((text: string) => number) => number('a whole number', /^\d+$/, range);

/** A reader for the value of an option that measures something. */
export const decimal = (kind: string, range: Range): ((text: string) => number) =>
  number(kind, /^\d*\.?\d+(e[+-]?\d+)?$/i, range);

/** The range that a schema of a number allows. */
function rangeOf({ def: { checks = [] } }: z.ZodMiniNumber): Range {
  const bound = (found: z.core.$ZodCheckGreaterThan | z.core.$ZodCheckLessThan | undefined): number | undefined =>
    found && Number(found._zod.def.value);
  return {
    minimum: bound(checks.find(check => check instanceof z.core.$ZodCheckGreaterThan)),
    maximum: bound(checks.find(check => check instanceof z.core.$ZodCheckLessThan)),
  };
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
  else if (inner instanceof z.ZodMiniNumberFormat) option.argParser(wholeNumber(rangeOf(inner)));
  else if (inner instanceof z.ZodMiniNumber) option.argParser(decimal('a number', rangeOf(inner)));
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
