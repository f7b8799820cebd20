import { ResponseError } from 'vscode-jsonrpc/node';
import { messageOf, UserError } from '../errors.ts';
import type { EngineFailure } from './protocol.ts';

const userErrorCode = 1;
const faultCode = 2;

/** Errors cross the process boundary with whether the user can mend them. */
export async function answer<T>(work: () => Promise<T> | T): Promise<T | ResponseError<EngineFailure>> {
  try {
    return await work();
  } catch (error) {
    const mendable = error instanceof UserError;
    const stack = error instanceof Error && !mendable ? error.stack : undefined;
    return new ResponseError(mendable ? userErrorCode : faultCode, messageOf(error), {
      mendable,
      ...(stack ? { stack } : {}),
    });
  }
}
