import { expect } from 'vitest';
import { UserError } from '../../src/runtime/errors.ts';

/** What a user is told: one sentence on one line, and nothing that only a programmer understands. */
export function expectOneSentence(message: string): void {
  expect(message).toMatch(/^[^\n]{10,2000}\.$/);
  expect(message).not.toMatch(/undefined|\[object|NaN|TypeError|RangeError| at .*:\d+:\d+/);
}

/** Runs what may fail; fails itself unless that succeeds or tells the user what is wrong. */
export function orUserError<T>(work: () => T): T | UserError {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    expectOneSentence(error.message);
    return error;
  }
}

/** The error of what must fail by telling the user what is wrong. */
export async function userErrorOf(work: () => unknown): Promise<string> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    expectOneSentence(error.message);
    return error.message;
  }
  throw new Error('it did not fail');
}
