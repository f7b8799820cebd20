import * as z from 'zod/mini';
import { connectOptions, surfacePoints } from '../analysis/connectivity/options.ts';
import { distanceOptions } from '../analysis/distances/options.ts';
import { probeOptions } from '../analysis/probe/options.ts';
import type { ConnectProgress, ConnectResult, LossSurface } from '../results/connectivity.ts';
import type { DistanceReport } from '../results/distances.ts';
import type { ProbeReport } from '../results/probe.ts';
import type { ShareDone } from '../results/share.ts';
import { checkpoint, fileParameters, files, look, modelParameters, operation, type ParametersOf } from './operation.ts';

/** Distances between all pairs of solutions, with densities by kind of pair, and against the distances of the texts. */
export const distances = look<DistanceReport, ShareDone>()(
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
export const lossSurface = operation<LossSurface, ShareDone>()(
  'solutions/surface',
  z.object({
    ...modelParameters,
    ...fileParameters,
    pair: z.object({ first: z.int(), second: z.int() }),
    points: surfacePoints,
  }),
);

/** What the two vectors of a solution hold: norms, nearest tokens, attention to `e`, continuations. */
export const probe = look<ProbeReport, ShareDone>()(
  'solutions/probe',
  z.object({ ...modelParameters, ...fileParameters, options: probeOptions }),
);

/**
 * What may be asked about one open file of solutions; whoever opened it adds the file and the model. Each may tell how far
 * it is: the distances do not, which take no longer than loading what they need.
 */
export const analyses = { distances, lossSurface, probe };
type Analyses = typeof analyses;
export type AnalysisName = keyof Analyses;
export type AnalysisParameters<Name extends AnalysisName> = Omit<
  ParametersOf<Analyses[Name]['parameters']>,
  keyof typeof modelParameters | keyof typeof fileParameters | 'files'
>;
export type AnalysisResult<Name extends AnalysisName> = NonNullable<Analyses[Name]['result']>;

export const isAnalysis = (name: string): name is AnalysisName => Object.hasOwn(analyses, name);
