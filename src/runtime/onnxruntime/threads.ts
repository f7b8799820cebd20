import { UserError } from '../errors.ts';

/**
 * How many threads a session computes with on the CPU: what PROTO_TOKENS_THREADS says, or undefined, with which the
 * runtime takes one for each core. It does not know of the share of a machine that a scheduler has given it.
 *
 * @throws UserError when the variable holds no whole number of at least 1.
 */
export function threadsFrom({ PROTO_TOKENS_THREADS: wanted }: NodeJS.ProcessEnv): number | undefined {
  if (!wanted) return undefined;
  if (!/^[1-9]\d{0,3}$/.test(wanted))
    throw new UserError(`PROTO_TOKENS_THREADS is "${wanted}"; set it to a whole number of threads, 1 or more.`);
  return Number(wanted);
}
