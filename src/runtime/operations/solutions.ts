import * as z from 'zod/mini';
import { continuationOptions, solutionOptions } from '../analysis/solutions/options.ts';
import type { SolutionsHead, SolutionsInspection, SolutionsProgress, SolutionsResult } from '../results/solutions.ts';
import { bytes, checkpoint, fileParameters, files, look, modelParameters, operation } from './operation.ts';

const titled = { title: z.string(), text: z.string() };

/** Trains many solutions of one or several texts. Cancelled, it gives those that have been evaluated. */
export const findSolutions = operation<SolutionsResult, SolutionsProgress>()(
  'solutions/find',
  z.object({
    ...modelParameters,
    texts: z.readonly(z.array(z.object({ ...titled, context: z.optional(z.string()) }))),
    /** Texts that the model generates first, and that join those given. */
    continuations: z.optional(z.extend(continuationOptions, { contexts: z.readonly(z.array(z.object(titled))) })),
    options: solutionOptions,
    checkpoint,
  }),
  ({ evaluations }) => evaluations,
);

/** The solutions of several files, .proto files of one segment among them, as the bytes of one NAME.solutions.json. */
export const gatherSolutions = look<Uint8Array>()('solutions/gather', z.object({ ...modelParameters, files }));

/** What a NAME.solutions.json says before its solutions, from its beginning; null where that cannot be seen. */
export const headOfSolutions = operation<SolutionsHead | null>()('solutions/head', z.object({ beginning: bytes }));

/** What a NAME.solutions.json holds, vectors aside; needs no model. */
export const inspectSolutions = operation<SolutionsInspection>()('solutions/inspect', z.object(fileParameters));
