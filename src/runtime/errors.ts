/**
 * Something that the user can put right: a bad file, a missing model, no memory, an option that does not exist.
 * The message is one sentence that says what is wrong and what to do; it is shown as it is.
 * Every other error is a fault of ours and keeps its stack.
 */
export class UserError extends Error {
  override readonly name = 'UserError';
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

/** The message of anything that was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
