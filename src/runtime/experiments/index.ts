import { UserError } from '../errors.ts';
import { arrangements } from './arrangements.ts';
import { capacity } from './capacity.ts';
import { connectivity } from './connectivity.ts';
import { distances } from './distances.ts';
import type { Experiment } from './experiment.ts';
import { horizon } from './horizon.ts';
import { information } from './information.ts';
import { sharing } from './sharing.ts';
import { similarity } from './similarity.ts';
import { throughput } from './throughput.ts';
import { trainingTime } from './training-time.ts';

/** The experiments that there are. */
export const experiments: readonly Experiment[] = [
  arrangements,
  sharing,
  capacity,
  horizon,
  information,
  throughput,
  trainingTime,
  distances,
  similarity,
  connectivity,
];

/** @throws UserError when there is none of that name. */
export function experimentOf(name: string): Experiment {
  const found = experiments.find(experiment => experiment.name === name);
  if (found) return found;
  const names = experiments.map(experiment => experiment.name).join(', ');
  throw new UserError(`There is no experiment ${name}; choose one of ${names}.`);
}
