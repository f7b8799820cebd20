import * as z from 'zod/mini';
import { connectOptions, surfacePoints } from '../analysis/connectivity/options.ts';
import { distanceOptions } from '../analysis/distances/options.ts';
import { probeOptions } from '../analysis/probe/options.ts';
import { continuationOptions, solutionOptions } from '../analysis/solutions/options.ts';
import type { ConnectProgress, ConnectResult, LossSurface } from '../results/connectivity.ts';
import type { DistanceReport } from '../results/distances.ts';
import type { ProbeReport } from '../results/probe.ts';
import type { SolutionsInspection, SolutionsProgress, SolutionsResult } from '../results/solutions.ts';
import { fileParameters, modelParameters, operation } from './operation.ts';

const titled = { title: z.string(), text: z.string() };
const files = z.readonly(z.array(z.object(fileParameters)));
/** File in which work is kept while it runs, and from which it goes on when it was interrupted. */
const checkpoint = z.optional(z.string());

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
export const gatherSolutions = operation<Uint8Array>()('solutions/gather', z.object({ ...modelParameters, files }));

/** What a NAME.solutions.json holds, vectors aside; needs no model. */
export const inspectSolutions = operation<SolutionsInspection>()('solutions/inspect', z.object(fileParameters));

/** Distances between all pairs of solutions, with densities by kind of pair, and against the distances of the texts. */
export const distances = operation<DistanceReport>()(
  'solutions/distances',
  z.object({ ...modelParameters, files, options: distanceOptions }),
);

/** Trains curves between solutions. Cancelled, it gives those that have been looked at. */
export const connect = operation<ConnectResult, ConnectProgress>()(
  'solutions/connect',
  z.object({ ...modelParameters, ...fileParameters, options: connectOptions, checkpoint }),
  ({ curves }) => curves.reduce((sum, { steps }) => sum + steps, 0),
);

/** The loss on the plane through both solutions of a pair and the control point of their curve. */
export const lossSurface = operation<LossSurface>()(
  'solutions/surface',
  z.object({
    ...modelParameters,
    ...fileParameters,
    pair: z.object({ first: z.int(), second: z.int() }),
    points: surfacePoints,
  }),
);

/** What the two vectors of a solution hold: norms, nearest tokens, attention to `e`, continuations. */
export const probe = operation<ProbeReport>()(
  'solutions/probe',
  z.object({ ...modelParameters, ...fileParameters, options: probeOptions }),
);
