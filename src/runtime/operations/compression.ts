import * as z from 'zod/mini';
import { compressionOptions } from '../compression/options.ts';
import type {
  CompressionProgress,
  CompressionResult,
  DecodeResult,
  Inspection,
  Vectors,
} from '../results/compression.ts';
import type { EvaluatedToken, Explanation, NearestTokens } from '../results/tokens.ts';
import { bytes, checkpoint, fileParameters, look, modelParameters, operation } from './operation.ts';

/**
 * Compresses a text. Cancelled, it ends after the step in progress with what it has so far; rejects when it was
 * cancelled before it began.
 */
export const compress = operation<CompressionResult, CompressionProgress>()(
  'compress',
  z.object({
    ...modelParameters,
    /** Names the job for `explain`. */
    job: z.string(),
    text: z.string(),
    options: compressionOptions,
    checkpoint,
    /**
     * Bytes of a .proto file of the same text, or of an earlier version of it, whose vectors are the start: what it gets
     * wrong is trained longer, what was edited is trained from the start.
     */
    continueFrom: z.optional(bytes),
  }),
  ({ evaluations }) => evaluations,
);

/** Looks at the segment around a token of a job that is running. */
export const explain = look<Explanation>()(
  'compress/explain',
  z.object({ ...modelParameters, job: z.string(), position: z.int() }),
);

/** The exact text of a .proto file. */
export const decode = look<DecodeResult>()('decode', z.object({ ...modelParameters, ...fileParameters }));

/** How the model sees every token of a text from the vectors of a .proto file. */
export const evaluate = look<readonly EvaluatedToken[]>()(
  'evaluate',
  z.object({
    ...modelParameters,
    ...fileParameters,
    /** What the vectors should emit; the file's own text when left out. */
    text: z.optional(z.string()),
  }),
);

/** Nearest vocabulary tokens of every vector of a .proto file. */
export const nearest = look<readonly NearestTokens[]>()(
  'nearest',
  z.object({
    ...modelParameters,
    ...fileParameters,
    /** Tokens for each vector and measure. */
    count: z._default(z.int().check(z.minimum(1)), 8),
  }),
);

/** The vectors of a .proto file as numbers; needs no model. */
export const vectors = operation<Vectors>()('vectors', z.object(fileParameters));

/** What a .proto file says of itself; needs no model, and of the bytes no more than the header. */
export const inspect = operation<Inspection>()(
  'inspect',
  z.object({
    ...fileParameters,
    /** Bytes of the whole file, where only its beginning is given. */
    size: z.optional(z.int().check(z.minimum(0))),
  }),
);
