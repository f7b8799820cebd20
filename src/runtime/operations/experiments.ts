import * as z from 'zod/mini';
import type { ExperimentProgress, ExperimentResult } from '../results/experiments.ts';
import { modelParameters, operation } from './operation.ts';

const experiment = {
  ...modelParameters,
  /** Name of the experiment. */
  name: z.string(),
  preset: z.enum(['quick', 'paper']),
  /** Settings in place of the preset's. */
  settings: z.record(z.string(), z.unknown()),
  texts: z.readonly(z.array(z.string())),
  /** Path of the file that has a line for every cell that is over; work that is not over is kept beside it. */
  records: z.string(),
};

/** Computes the cells of an experiment that are not in its records yet. Cancelled, it keeps those that are over. */
export const runExperiment = operation<ExperimentResult, ExperimentProgress>()(
  'experiment/run',
  z.object(experiment),
  ({ done, evaluations }) => done + evaluations,
);

/** What the records of an experiment show so far. */
export const reportExperiment = operation<ExperimentResult>()('experiment/report', z.object(experiment));
