/** What a name or a value from a file must not bring into a message: ends of lines, control and direction characters. */
const unprintable = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]+/gu;
const longestMessage = 1500;

/** A message on one line, whatever files or other machines have put into it; of a very long one the beginning and the end. */
export function onOneLine(message: string): string {
  const line = message.replace(unprintable, ' ');
  const half = longestMessage / 2;
  const short = line.length <= longestMessage ? line : `${line.slice(0, half)} ... ${line.slice(-half)}`;
  // Half of a pair, also where it was cut.
  return short.replace(/\p{Surrogate}/gu, '\ufffd');
}

/**
 * Something that the user can put right: a bad file, a missing model, no memory, an option that does not exist.
 * The message is one sentence that says what is wrong and what to do; it is shown as it is.
 * Every other error is a fault of ours and keeps its stack.
 */
export class UserError extends Error {
  override readonly name = 'UserError';

  constructor(message: string) {
    super(onOneLine(message));
  }
}

/** Somebody cancelled the work before it had anything to give. Nobody needs to be told. */
export class Cancelled extends Error {
  override readonly name = 'Cancelled';

  constructor() {
    super('It was cancelled.');
  }
}

/** A model does not fit beside what is loaded. The message says what it needs. */
export class NoRoom extends Error {
  override readonly name = 'NoRoom';
}

/** What was asked for needs the weights of a model, and the process that was asked holds none. */
export class NeedsWeights extends Error {
  override readonly name = 'NeedsWeights';

  constructor() {
    super('The process that only reads holds no weights.');
  }
}

/** The message of anything that was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
