import { resolve } from 'node:path';
import { version } from '../../../../package.json';
import type { EngineClient } from '../../../runtime/engine/client.ts';
import { outcomeSchema } from '../../../runtime/experiments/cell.ts';
import { reportExperiment, wantedCells } from '../../../runtime/operations/experiments.ts';
import type { ParametersOf } from '../../../runtime/operations/operation.ts';
import type { ExperimentProgress, ExperimentResult } from '../../../runtime/results/experiments.ts';
import { Records } from '../../../runtime/work/records.ts';
import { interruptible } from '../../interrupt.ts';
import type { ModelReference } from '../../queue/jobs.ts';
import { runQueued } from '../../queue-bundle.ts';

interface QueuedExperiment {
  /** Address of Redis. */
  readonly url: string;
  /** Plans and reports; what is computed is computed by others. */
  readonly engine: EngineClient;
  readonly parameters: ParametersOf<(typeof wantedCells)['parameters']>;
  readonly model: ModelReference;
  readonly onProgress: (progress: ExperimentProgress) => void;
}

/** Has an experiment computed by the workers of a queue. @throws UserError when there is no Redis. */
export async function runInQueue(experiment: QueuedExperiment): Promise<ExperimentResult> {
  const { url, engine, parameters, model, onProgress } = experiment;
  const cancelled = await interruptible(
    () => engine.kill(),
    signal =>
      runQueued({
        url,
        // Workers on this machine find the model there, wherever they are started.
        model: { ...model, folder: resolve(model.folder) },
        software: version,
        wanted: () => engine.call(wantedCells, parameters),
        records: () => Records.open(parameters.records, outcomeSchema, 'record of an experiment'),
        ...{ signal, onProgress },
        say: sentence => process.stderr.write(`\n${sentence}\n`),
      }),
    '\nTaking the cells that nobody has begun out of the queue and keeping those that are over; press Ctrl-C again to leave at once.\n',
  );
  return { ...(await engine.call(reportExperiment, parameters)), cancelled };
}
