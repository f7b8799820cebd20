import * as z from 'zod/mini';
import { deviceChoices } from '../onnxruntime/device-names.ts';
import { about } from '../options.ts';

/** What an operation is given: an object of named values. */
export type Parameters = z.ZodMiniObject;

/**
 * Something that the engine can be asked to do, declared once: the client's typed call, the engine's check of what it is
 * given, the options of the command line and the defaults of the editors follow from it. What does it stands in
 * engine/handlers.
 */
export interface Operation<P extends Parameters = Parameters, Result = unknown, Progress = unknown> {
  readonly name: string;
  readonly parameters: P;
  /**
   * How far work has come that can be done once more when the engine died under it, as a number that grows; undefined
   * for an operation that then fails.
   */
  readonly reached: ((progress: Progress) => number) | undefined;
  /** Whether a few forward passes are all that it takes of its model, so that it need not wait for memory to train in. */
  readonly looks: boolean;
  /** For types only; never there. */
  readonly result?: Result;
}

/** As a caller gives it: whatever has a default may be left out. */
export type ParametersOf<P extends Parameters> = z.input<P>;

/** Declares an operation, by the types of its result and of its progress. */
export function operation<Result, Progress = never>() {
  return <P extends Parameters>(
    name: string,
    parameters: P,
    reached?: (progress: Progress) => number,
  ): Operation<P, Result, Progress> => ({ name, parameters, reached, looks: false });
}

/** Declares an operation that looks at a model with a few forward passes, as `operation` does others. */
export function look<Result, Progress = never>() {
  return <P extends Parameters>(name: string, parameters: P): Operation<P, Result, Progress> => ({
    ...{ name, parameters, reached: undefined, looks: true },
  });
}

/** A model folder and where to compute: every request names both, so that a restarted engine needs no history. */
export const modelParameters = {
  /** An ordinary Hugging Face folder. */
  folder: z.string(),
  device: about(
    z._default(z.enum(deviceChoices), 'auto'),
    'device that computes; auto measures each one and takes the fastest',
  ),
};

/** A model as a request names it. */
export interface ModelRequest {
  readonly folder: string;
  readonly device: (typeof deviceChoices)[number];
}

/** The bytes of a file. */
export const bytes = z.custom<Uint8Array>(value => value instanceof Uint8Array);

/** A file, and its name for messages. */
export const fileParameters = { file: bytes, name: z.string() };

/** Several of them. */
export const files = z.readonly(z.array(z.object(fileParameters)));

/**
 * File in which work is kept while it runs, and from which it goes on when it was interrupted. It stays until the client
 * removes it: only the client knows when the result is safe.
 */
export const checkpoint = z.optional(z.string());
